import {
  close,
  constants,
  fsync,
  link,
  lstat,
  mkdir,
  open,
  read,
  readdir,
  realpath,
  rename,
  rmdir,
  type Stats,
  stat,
  unlink,
  writev,
} from "node:fs";
import { promisify } from "node:util";

// Bare descriptors instead of node:fs/promises: a FileHandle costs the main thread several times as much a file.

/** Opens a file and answers its descriptor. */
export const openFile: (path: string, flags: number, mode?: number) => Promise<number> = promisify(open);
/** Closes a descriptor. */
export const closeFile: (descriptor: number) => Promise<void> = promisify(close);
/** Writes what the system still holds of a file to the disk. */
export const syncFile: (descriptor: number) => Promise<void> = promisify(fsync);
/** Gives a file a new name, replacing what has it. */
export const renameFile: (from: string, to: string) => Promise<void> = promisify(rename);
/** Gives a file a second name; fails where that name is taken. */
export const linkFile: (from: string, to: string) => Promise<void> = promisify(link);
/** Removes a file's name. */
export const unlinkFile: (path: string) => Promise<void> = promisify(unlink);
/** Removes an empty folder. */
export const removeFolder: (path: string) => Promise<void> = promisify(rmdir);
/** Makes a folder and those above it; answers the first that was made, `undefined` where all were there. */
export const makeFolders: (path: string) => Promise<string | undefined> = (path) =>
  promisify(mkdir)(path, { recursive: true });
/** What a path is, links followed. */
export const statPath: (path: string) => Promise<Stats> = promisify(stat);
/** What a path is, a link itself. */
export const lstatPath: (path: string) => Promise<Stats> = promisify(lstat);
/** The path without any links. */
export const realPath: (path: string) => Promise<string> = promisify(realpath.native);
/** The entries of a folder with their kinds. */
export const readFolder: (path: string) => Promise<import("node:fs").Dirent[]> = (path) =>
  promisify(readdir)(path, { withFileTypes: true });

/** Flags for reading: a pipe or device answers at once instead of waiting for a writer. */
export const readFlags: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Flags for making a file that must not be there. */
export const createFlags: number = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** Reads up to `target.length` bytes and answers how many were there. */
export function readSome(descriptor: number, target: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, 0, target.length, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}

/** Writes some of the pieces at a position and answers how many bytes. */
export function writeSome(
  descriptor: number,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(descriptor, pieces, position, (error, count) => (error ? reject(error) : resolve(count)));
  });
}
