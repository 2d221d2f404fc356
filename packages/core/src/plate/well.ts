import { PlatewrightError } from "../errors.ts";
import { compareTexts } from "../plain-data.ts";

/** Where a well lies: row and column count from 0. */
export interface WellPosition {
  readonly row: number;
  readonly column: number;
}

/** The name of a well as printed on plates: row letters and a column of at least two digits, such as "A01" or "AF48". */
export function wellName({ row, column }: WellPosition): string {
  return `${rowName(row)}${String(column + 1).padStart(2, "0")}`;
}

/** The letters of a row: 0 is "A", 25 "Z", 26 "AA". */
export function rowName(row: number): string {
  const letter = String.fromCharCode(65 + (row % 26));
  return row < 26 ? letter : rowName(Math.floor(row / 26) - 1) + letter;
}

/** Reads "A1", "a01", "AF48" or the microscope's "R03C03"; `undefined` for anything else. */
export function parseWell(text: string): WellPosition | undefined {
  const numbered = /^r(\d{1,2})c(\d{1,2})$/i.exec(text);
  if (numbered) return position(Number(numbered[1]) - 1, Number(numbered[2]) - 1);
  const lettered = /^([a-z]{1,2})(\d{1,2})$/i.exec(text);
  if (!lettered) return undefined;
  return position(parseRow(lettered[1] ?? ""), Number(lettered[2]) - 1);
}

/** Compares names of wells as `wellName` gives them by row, then column: "Z01" is before "AA01". */
export function compareWells(a: string, b: string): number {
  return a.length - b.length || compareTexts(a, b);
}

/** The number of a row from its letters: "A" is 0, "AA" 26. */
export function parseRow(letters: string): number {
  let row = 0;
  for (const letter of letters.toUpperCase()) row = row * 26 + (letter.charCodeAt(0) - 64);
  return row - 1;
}

/** The well's name in its usual form. Throws "plate" where the text names no well. */
export function normalizeWell(text: string): string {
  const found = parseWell(text);
  if (!found)
    throw new PlatewrightError("plate", `"${text}" names no well. Wells are named like "A01".`, {
      well: text,
    });
  return wellName(found);
}

function position(row: number, column: number): WellPosition | undefined {
  return row >= 0 && column >= 0 ? { row, column } : undefined;
}
