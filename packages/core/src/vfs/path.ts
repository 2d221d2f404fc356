import { PlatewrightError } from "../errors.ts";

/**
 * Checks a path inside a storage backend: names joined by `/`, relative to the root. Returns it unchanged.
 * Throws "path" for the empty path, absolute paths, `.` and `..`, empty names, backslashes, NUL and drive letters.
 */
export function checkPath(path: string): string {
  const fault = faultOf(path);
  if (fault !== undefined) {
    throw new PlatewrightError(
      "path",
      `The path ${JSON.stringify(path)} ${fault}. Give names joined by "/", relative to the storage's root.`,
      { path },
    );
  }
  return path;
}

/** As `checkPath`, but `""`, the root itself, is allowed. */
export function checkFolder(path: string): string {
  return path === "" ? path : checkPath(path);
}

/** Joins names to a path, leaving out empty ones. */
export function joinPath(...names: readonly string[]): string {
  return names.filter((name) => name !== "").join("/");
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function faultOf(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.includes("\0")) return "holds a NUL character";
  if (path.startsWith("/") || path.startsWith("\\")) return "is absolute";
  if (/^[A-Za-z]:/.test(path)) return "begins with a drive letter";
  if (path.includes("\\")) return "holds a backslash";
  const names = path.split("/");
  if (names.includes("..")) return 'leaves its folder by ".."';
  if (names.includes(".") || names.includes("")) return "holds an empty name";
  return undefined;
}
