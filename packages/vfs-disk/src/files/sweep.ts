import { readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "./is-alive.ts";
import { absoluteLocation } from "./root.ts";
import { writerOf } from "./temporary-name.ts";

/** What is swept besides. */
export interface SweepOptions {
  /** Also what this process left: only where none of its threads writes below the folder any more. Default `false`. */
  readonly ownToo?: boolean;
}

/**
 * Removes the hidden files, in a folder and below it, of writes that were cut off: those of processes of this machine that
 * are no more. What can't be read or removed is left. Links are not followed.
 */
export async function sweepPartialFiles(location: string, options: SweepOptions = {}): Promise<void> {
  await sweep(absoluteLocation(location), options.ownToo ?? false);
}

async function sweep(folder: string, ownToo: boolean): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await sweep(path, ownToo);
    const writer = entry.isFile() ? writerOf(entry.name) : undefined;
    if (writer === undefined) continue;
    const isOver = writer === process.pid ? ownToo : !isAlive(writer);
    if (isOver) await unlink(path).catch(() => undefined);
  }
}
