import { messageOf, PlatewrightError } from "@platewright/core";

const systemCode = /^E[A-Z0-9]+$/;

/** What was done to a file, for messages. */
export type FileAct = "read" | "write" | "remove" | "list";

/**
 * Turns what the system threw into one sentence that names the file and the remedy; all other errors pass unchanged.
 * `bytes` is how much room a write needs.
 */
export function storageError(act: FileAct, path: string, thrown: unknown, bytes?: number): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== "string" || !systemCode.test(code)) return thrown;
  const name = path === "" ? "the storage's root" : path;
  const fail = (kind: "storage" | "not-found" | "exists" | "path", sentence: string) =>
    new PlatewrightError(kind, sentence, { path, cause: thrown });
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return fail("storage", `No room on the disk for ${name}${needs(bytes)}. Free space, then run again.`);
    case "EFBIG":
      return fail(
        "storage",
        `The disk takes no file as large as ${name}${needs(bytes)}. Raise the limit on file sizes, or write to another disk.`,
      );
    case "EACCES":
    case "EPERM":
      return fail(
        "storage",
        `Not allowed to ${act} ${name}${placeOf(thrown)}. Ask for the right to the folder, or choose another.`,
      );
    case "EROFS":
      return fail(
        "storage",
        `The disk that holds ${name}${placeOf(thrown)} can only be read. Choose a folder on another disk.`,
      );
    case "ENOENT":
      return fail(
        "not-found",
        `There is no ${name}. Check the path, or list the folder to see what is there.`,
      );
    case "EEXIST":
      return fail(
        "exists",
        `${name} is there already. Allow it to be overwritten, or write to another path.`,
      );
    case "EISDIR":
      return fail("storage", `${name} is a folder, not a file. Name a file in it.`);
    case "ENOTDIR":
      return fail(
        "storage",
        `A file stands where ${name} needs a folder. Remove that file, or choose another path.`,
      );
    case "ENOTEMPTY":
      return fail("storage", `The folder ${name} is not empty. Remove what is in it first.`);
    case "ENAMETOOLONG":
      return fail("path", `The name ${name} is too long for the disk. Shorten it.`);
    case "ELOOP":
      return fail("path", `${name} is a link that leads to itself. Remove the link.`);
    case "EMFILE":
    case "ENFILE":
      return fail(
        "storage",
        `Too many open files to ${act} ${name}. Raise the limit (ulimit -n), or work on fewer files at once.`,
      );
    case "EIO":
      return fail("storage", `The disk failed to ${act} ${name}. Check the disk and its cable or network.`);
    default:
      return fail("storage", `Can't ${act} ${name}: ${messageOf(thrown)}.`);
  }
}

/** Whether the system threw an error of one of these codes. */
export function hasCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((thrown as NodeJS.ErrnoException | undefined)?.code ?? "");
}

/** What is asked of the system, `undefined` where there is nothing to ask of. */
export function ifThere<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Whose right is lacking is seldom the named file's: the folder above it, or one further down. */
function placeOf(thrown: unknown): string {
  const { path } = thrown as NodeJS.ErrnoException;
  return path === undefined ? "" : ` (${path})`;
}

function needs(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  if (bytes < 1e6) return ` (needs ${Math.max(1, Math.round(bytes / 1e3))} kB)`;
  if (bytes < 1e9) return ` (needs ${(bytes / 1e6).toFixed(1)} MB)`;
  return ` (needs ${(bytes / 1e9).toFixed(1)} GB)`;
}
