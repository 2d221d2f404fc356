import type { Dirent } from "node:fs";
import { type Entry, joinPath, throwIfAborted } from "@platewright/core";
import { readFolder, realPath, statPath } from "./calls.ts";
import { isWithin, type Root } from "./root.ts";
import { hasCode } from "./storage-error.ts";
import { isTemporaryName } from "./temporary-name.ts";

/** How a folder is listed. */
export interface ListOptions {
  readonly recursive?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What lies in a folder of the root, by name; with `recursive` the files below it, each folder's in its place among the
 * names. Left out: files of writes that have not ended, links that lead nowhere, sockets and devices, and, on the way
 * down, folders outside the root or entered already. A link to a file outside is listed: reading it says why it can't be.
 */
export async function* listFolder(
  root: Root,
  folder: string,
  { recursive = false, signal }: ListOptions,
  entered: ReadonlySet<string> = new Set(),
): AsyncGenerator<Entry, void, undefined> {
  throwIfAborted(signal);
  const full = await root.confine(folder);
  const found = await readFolder(full).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of found) {
    const kind = await kindOf(full, entry);
    if (kind === undefined || isTemporaryName(entry.name)) continue;
    const path = joinPath(folder, entry.name);
    if (kind === "file" || !recursive) {
      yield { path, kind };
    } else if (entry.isSymbolicLink()) {
      yield* listLinked(root, path, { recursive, signal }, entered);
    } else {
      yield* listFolder(root, path, { recursive, signal }, entered);
    }
  }
}

async function* listLinked(
  root: Root,
  path: string,
  options: ListOptions,
  entered: ReadonlySet<string>,
): AsyncGenerator<Entry, void, undefined> {
  const full = await root.confine(path).catch(() => undefined);
  if (full === undefined) return;
  const real = await realPath(full);
  // A link to a folder above would be entered for ever.
  const above = await realPath(root.path);
  if (entered.has(real) || isWithin(real, full) || above === real) return;
  yield* listFolder(root, path, options, new Set([...entered, real]));
}

async function kindOf(folder: string, entry: Dirent): Promise<Entry["kind"] | undefined> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return undefined;
  const stats = await statPath(`${folder}/${entry.name}`).catch(() => undefined);
  return stats?.isFile() ? "file" : stats?.isDirectory() ? "folder" : undefined;
}
