import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { checkPath, joinPath, PlatewrightError } from "@platewright/core";
import type { CodecFile } from "../codecs/codec.ts";
import { truncatedError } from "../format-error.ts";
import { readSome } from "./content.ts";
import { createRemembered, type Remembered } from "./remembered.ts";
import type { Root } from "./root.ts";
import { hasCode } from "./storage-error.ts";

// A pipe or device answers at once instead of waiting for a writer.
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
// Systems read at most 2 GiB a call.
const mostBytes = 1 << 30;

/** Opens a file of the root for the time of `use`. Throws "path" for links that leave the root, and what the system throws. */
export async function withFile<T>(
  root: Root,
  path: string,
  use: (file: CodecFile) => Promise<T>,
  remembered: Remembered = createRemembered(),
): Promise<T> {
  const descriptor = openSync(root.confine(path), readFlags);
  try {
    const file = describeOpenFile(path, descriptor, remembered);
    return await use({ ...file, beside: readBeside(root, path, remembered) });
  } finally {
    closeSync(descriptor);
  }
}

function readBeside(root: Root, path: string, remembered: Remembered): NonNullable<CodecFile["beside"]> {
  return async (name, read) => {
    const beside = joinPath(path.slice(0, Math.max(path.lastIndexOf("/"), 0)), checkPath(name));
    try {
      const { size, mtimeMs } = statSync(root.confine(beside));
      const stamp = `${beside} ${size} ${mtimeMs}`;
      if (remembered.beside?.stamp !== stamp)
        remembered.beside = { stamp, value: withFile(root, beside, read, remembered) };
      return (await remembered.beside.value) as Awaited<ReturnType<typeof read>>;
    } catch (error) {
      delete remembered.beside;
      if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
      throw error;
    }
  };
}

function describeOpenFile(name: string, descriptor: number, remembered: Remembered): CodecFile {
  // The system knows this of an open file without asking the disk.
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    throw new PlatewrightError(
      "storage",
      `${name || "The storage's root"} is a folder or device, not a file. Name a file in it.`,
      { path: name },
    );
  }
  const { ino, size, mtimeMs } = stats;
  return {
    name,
    size,
    identity: remembered.identityOf(name, `${ino} ${size} ${mtimeMs}`),
    async read(position, target) {
      let done = 0;
      while (done < target.length) {
        const part =
          target.length - done > mostBytes ? target.subarray(done, done + mostBytes) : target.subarray(done);
        const count = await readSome(descriptor, part, position + done);
        if (count === 0)
          throw truncatedError(
            name,
            "what was asked for",
            position,
            position + target.length,
            position + done,
          );
        done += count;
      }
    },
  };
}
