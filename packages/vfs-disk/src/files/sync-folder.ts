import { closeSync, openSync } from "node:fs";
import { syncFile } from "./content.ts";

interface FolderSync {
  readonly running: Promise<void>;
  next?: Promise<void>;
}

const syncs = new Map<string, FolderSync>();

/**
 * Brings the names in a folder to the disk. Calls that come while one is running share the next: it begins after all of
 * them have changed the folder, so that many concurrent writes cost few calls. Disks that can't are passed over.
 */
export function syncFolder(folder: string): Promise<void> {
  const current = syncs.get(folder);
  if (current === undefined) return start(folder);
  current.next ??= current.running.then(() => start(folder));
  return current.next;
}

function start(folder: string): Promise<void> {
  const running = syncOnce(folder).finally(() => {
    if (syncs.get(folder) === entry && entry.next === undefined) syncs.delete(folder);
  });
  const entry: FolderSync = { running };
  syncs.set(folder, entry);
  return running;
}

async function syncOnce(folder: string): Promise<void> {
  try {
    const descriptor = openSync(folder, "r");
    try {
      await syncFile(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows and some network disks can't sync a folder; the file's own content is safe.
  }
}
