import { type Dirent, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const partial = /^\.pw-(\d+)-.*\.partial$/;

/** Removes the hidden files, below a folder, of writes that processes which are no more did not end; `also` names a process whose own may go too. */
export function sweepPartialFiles(folder: string, also?: number): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sweepPartialFiles(path, also);
    const writer = Number(partial.exec(entry.name)?.[1]);
    if (entry.isFile() && writer >= 0 && (writer === also || !isAlive(writer))) rmSync(path, { force: true });
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (thrown) {
    // A process of somebody else is one, too.
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
