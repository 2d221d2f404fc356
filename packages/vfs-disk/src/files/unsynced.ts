import { closeSync, openSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import pLimit from "p-limit";
import { syncFile } from "./content.ts";
import { ifThere } from "./storage-error.ts";
import { syncFolder } from "./sync-folder.ts";

/** Files that were written and not yet brought to the disk. */
export interface Unsynced {
  /**
   * Notes a file of `size` bytes. `folders`: those whose names are new or changed besides the file's own. Large files begin
   * their way to the disk at once, while others are made; what fails on it is thrown by `flush`.
   */
  add(file: string, size: number, folders?: readonly string[]): void;
  /** Brings all files that were added to the disk, where there is one, and the names in their folders. Throws what the system throws. */
  flush(): Promise<void>;
}

// Enough for the thread pool, few enough not to run out of open files: the first makes the disk write for all of them.
const filesAtOnce = 16;

// Such a file takes the disk longer than it takes to note it. Two at a time, which leaves threads of the pool to others.
const largeBytes = 2 ** 20;
const largeAtOnce = 2;

/** Keeps what a backend writes until it is flushed: many files brought to the disk at once cost little more than one. */
export function createUnsynced(): Unsynced {
  let files = new Set<string>();
  let folders = new Set<string>();
  let begun: Promise<void>[] = [];
  const limitedLarge = pLimit(largeAtOnce);
  return {
    add(file, size, changed = []) {
      if (size < largeBytes) files.add(file);
      else if (!isInMemory(dirname(file))) {
        const syncing = limitedLarge(() => syncIfThere(file));
        syncing.catch(() => undefined);
        begun.push(syncing);
      }
      folders.add(dirname(file));
      for (const folder of changed) folders.add(folder);
    },
    async flush() {
      const dueFolders = new Set([...folders].filter((folder) => !isInMemory(folder)));
      const dueFiles = [...files].filter((file) => dueFolders.has(dirname(file)));
      const dueLarge = begun;
      files = new Set();
      folders = new Set();
      begun = [];
      const limited = pLimit(filesAtOnce);
      const syncs = [
        ...dueLarge,
        ...dueFiles.map((file) => limited(() => syncIfThere(file))),
        ...[...dueFolders].map(syncFolder),
      ];
      const failed = (await Promise.allSettled(syncs)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
  };
}

/** A file that was removed since has nothing to bring. For writing, as Windows asks. */
async function syncIfThere(file: string): Promise<void> {
  const descriptor = ifThere(() => openSync(file, "r+"));
  if (descriptor === undefined) return;
  try {
    await syncFile(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h. */
const memoryTypes: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** Whether a folder lies in memory: there is no disk behind it to bring anything to. */
function isInMemory(folder: string): boolean {
  try {
    return memoryTypes.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
