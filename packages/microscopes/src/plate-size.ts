/** Rows and columns that names of wells can tell: up to two letters, "ZZ", and two digits. More are damaged numbers. */
export const mostRows = 702;
export const mostColumns = 99;
