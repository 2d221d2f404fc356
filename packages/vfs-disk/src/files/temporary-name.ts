const pattern = /^\.pw-(\d+)-[0-9a-z]+-\d+\.partial$/;
const thisProcess = `${process.pid}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
let given = 0;

/** A name for the hidden file of a write, which no other write has: it begins with the process that writes. */
export function temporaryName(): string {
  given += 1;
  return `.pw-${thisProcess}-${given}.partial`;
}

/** Whether a file's name is that of a write that has not ended, or never will. */
export function isTemporaryName(name: string): boolean {
  return pattern.test(name);
}

/** The process whose write a hidden file is; `undefined` for other files. */
export function writerOf(name: string): number | undefined {
  const id = pattern.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}
