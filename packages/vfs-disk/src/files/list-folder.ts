import { type Dirent, realpathSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { type CallOptions, type Entry, joinPath, throwIfAborted } from "@platewright/core";
import { isWithin, type Root } from "./root.ts";
import { hasCode } from "./storage-error.ts";
import { isTemporaryName } from "./temporary-name.ts";

/**
 * What lies in a folder of the root, by name; with `recursive` the files below it, each folder's in its place among the
 * names. Left out: files of writes that have not ended, links that lead nowhere, sockets and devices, and, on the way
 * down, folders outside the root or entered already. A link to a file outside is listed: reading it says why it can't be.
 */
export async function* listFolder(
  root: Root,
  folder: string,
  { recursive = false, signal }: CallOptions & { readonly recursive?: boolean },
  entered: ReadonlySet<string> = new Set(),
): AsyncGenerator<Entry, void, undefined> {
  throwIfAborted(signal);
  const full = root.confine(folder);
  const found = await readdir(full, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of found) {
    const kind = kindOf(full, entry);
    if (kind === undefined || isTemporaryName(entry.name)) continue;
    const path = joinPath(folder, entry.name);
    if (kind === "file" || !recursive) {
      yield { path, kind };
      continue;
    }
    const below = entry.isSymbolicLink() ? throughLink(root, path, entered) : entered;
    if (below) yield* listFolder(root, path, { recursive, signal }, below);
  }
}

/** The folders that were entered by links, with the one that this link leads to; `undefined` where it may not be entered. */
function throughLink(
  root: Root,
  path: string,
  entered: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  try {
    const full = root.confine(path);
    const real = realpathSync.native(full);
    // A link to a folder above would be entered for ever.
    const isKnown = entered.has(real) || isWithin(real, full) || realpathSync.native(root.path) === real;
    return isKnown ? undefined : new Set([...entered, real]);
  } catch {
    return undefined;
  }
}

function kindOf(folder: string, entry: Dirent): Entry["kind"] | undefined {
  try {
    const found = entry.isSymbolicLink() ? statSync(`${folder}/${entry.name}`) : entry;
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : undefined;
  } catch {
    return undefined;
  }
}
