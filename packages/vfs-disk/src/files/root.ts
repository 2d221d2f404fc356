import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PlatewrightError } from "@platewright/core";
import { ifThere } from "./storage-error.ts";

/** A location as a user writes it (`~`, relative, or a file: address), as an absolute path. */
export function absoluteLocation(location: string): string {
  if (location.startsWith("file:")) return fileURLToPath(location);
  if (location === "~" || location.startsWith("~/") || location.startsWith(`~${sep}`))
    return join(homedir(), location.slice(1));
  return resolve(location);
}

/** Whether `inner` is `outer` or lies in it, links followed as far as the paths are there. */
export function containsLocation(outer: string, inner: string): boolean {
  return isWithin(realLocation(absoluteLocation(outer)), realLocation(absoluteLocation(inner)));
}

/** A folder that nothing may leave. */
export interface Root {
  /** Absolute path, as it was named. */
  readonly path: string;
  /**
   * The absolute path of `path` in the root. Throws "path" where links on the way lead out of the root, as far as the
   * way is there. Asks the disk each time: a folder that was checked before may since have become a link.
   */
  confine(path: string): string;
}

/** Confines paths to a folder, which need not be there yet. */
export function createRoot(root: string): Root {
  let known: string | undefined;
  const realRoot = (): string => {
    // Once it is there its real path may be kept: should it change, paths are refused, never let out.
    if (known === undefined && existsSync(root)) known = realLocation(root);
    return known ?? realLocation(root);
  };
  return {
    path: root,
    confine(path) {
      const full = path === "" ? root : join(root, path);
      const real = realLocation(full);
      if (isWithin(realRoot(), real)) return full;
      throw new PlatewrightError(
        "path",
        `${JSON.stringify(path)} leads out of ${root} by a link, to ${real}. Replace the link by what it points to, or open that folder.`,
        { path },
      );
    },
  };
}

/** An absolute path with its links followed, as far as it is there. */
function realLocation(path: string): string {
  // Asked first: for what is to be written an error each time would cost more than the answer.
  const real = existsSync(path) ? ifThere(() => realpathSync.native(path)) : undefined;
  const parent = dirname(path);
  return real ?? (parent === path ? path : join(realLocation(parent), basename(path)));
}

/** Whether the path `inner` is `outer` or lies below it; both are absolute. */
export function isWithin(outer: string, inner: string): boolean {
  if (inner.startsWith(outer + sep)) return true;
  const way = relative(outer, inner);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}
