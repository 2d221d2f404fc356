import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { bytesText, type Plan, PlatewrightError } from "@platewright/core";
import { disk } from "@platewright/vfs-disk";
import { UsageError } from "../flags/usage-error.ts";

/** Holds the folder for the results against the disk, before anything runs. Throws `UsageError` for a file, "storage" where the room does not suffice. What an unfinished run has written already is not known here. */
export function checkRoom(plan: Plan, out: string, resume: boolean): void {
  const folder = disk().resolve(out);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new UsageError(`--out names the file ${folder}. Name a folder, new or empty.`);
  const needed = plan.predicted.bytesWritten;
  // Compressed images need less, nobody knows how much; arrays are compressed unless told otherwise.
  if (resume || needed === undefined || plan.settings.compression !== "none" || plan.stores.length > 0)
    return;
  const { bavail, bsize } = statfsSync(nearestFolder(folder));
  const free = bavail * bsize;
  if (needed > free)
    throw new PlatewrightError(
      "storage",
      `No room on the disk for the results: they need ${bytesText(needed)}, and the disk of ${folder} has ${bytesText(free)} free. Free space, or give --out a folder on another disk.`,
    );
}

function nearestFolder(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestFolder(parent);
}
