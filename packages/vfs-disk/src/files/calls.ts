import {
  closeSync,
  constants,
  existsSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  read,
  readdir,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
  utimes,
  writev,
  writevSync,
} from "node:fs";
import { promisify } from "node:util";

// What asks for names only is done at once: it takes some microseconds, its way to the thread pool and back ten times as
// many. What moves content, waits for the disk or reads whole folders goes to the pool. Bare descriptors, because a
// FileHandle costs the main thread several times as much a file.

/** Opens a file and answers its descriptor. */
export const openFile = async (path: string, flags: number, mode?: number): Promise<number> =>
  openSync(path, flags, mode);
/** Closes a descriptor. */
export const closeFile = async (descriptor: number): Promise<void> => closeSync(descriptor);
/** Writes what the system still holds of a file to the disk. */
export const syncFile: (descriptor: number) => Promise<void> = promisify(fsync);
/** Gives a file a new name, replacing what has it. */
export const renameFile = async (from: string, to: string): Promise<void> => renameSync(from, to);
/** Gives a file a second name; fails where that name is taken. */
export const linkFile = async (from: string, to: string): Promise<void> => linkSync(from, to);
/** Removes a file's name. */
export const unlinkFile = async (path: string): Promise<void> => unlinkSync(path);
/** Removes an empty folder. */
export const removeFolder = async (path: string): Promise<void> => rmdirSync(path);
/** Makes a folder and those above it; answers the first that was made, `undefined` where all were there. */
export const makeFolders = async (path: string): Promise<string | undefined> =>
  mkdirSync(path, { recursive: true });
/** What a path is, links followed. */
export const statPath = async (path: string): Promise<Stats> => statSync(path);
/** As `statPath`; `undefined` where nothing is there, which costs less than an error. */
export const statIfThere = async (path: string): Promise<Stats | undefined> =>
  statSync(path, { throwIfNoEntry: false });
/** What a path is, a link itself. */
export const lstatPath = async (path: string): Promise<Stats> => lstatSync(path);
/** Whether a path leads to something, links followed; also false where that can't be known. The cheapest question there is. */
export const isThere: (path: string) => boolean = existsSync;
/** The text of a small file. */
export const readText = async (path: string): Promise<string> => readFileSync(path, "utf8");
/** Sets the time of a file's last change to now. */
export const touchFile = (path: string): Promise<void> => {
  const now = new Date();
  return promisify(utimes)(path, now, now);
};
/** Whether a folder lies in memory (tmpfs, ramfs): there is no disk behind it to bring anything to. */
export function isInMemory(folder: string): boolean {
  try {
    return memoryTypes.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
/** The path without any links. */
export const realPath = async (path: string): Promise<string> => realpathSync.native(path);
/** The entries of a folder with their kinds. */
export const readFolder: (path: string) => Promise<import("node:fs").Dirent[]> = (path) =>
  promisify(readdir)(path, { withFileTypes: true });

/** TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h. */
const memoryTypes: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** Flags for reading: a pipe or device answers at once instead of waiting for a writer. */
export const readFlags: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Flags for bringing a file to the disk, which Windows does only for one that may be written. */
export const syncFlags: number = constants.O_RDWR;
/** Flags for making a file that must not be there. */
export const createFlags: number = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

// A document of one page: reading it asks no more of the disk than finding it did.
const pageBytes = 4096;

/** Reads up to `target.length` bytes and answers how many were there. */
export async function readSome(descriptor: number, target: Uint8Array, position: number): Promise<number> {
  if (target.length <= pageBytes) return readSync(descriptor, target, 0, target.length, position);
  return await new Promise((resolve, reject) => {
    read(descriptor, target, 0, target.length, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}

// The system takes so few bytes into its memory faster than another thread is woken.
const smallBytes = 2 ** 16;

// Of the four threads of the pool one is left to those who read.
const writersAtOnce = 3;
let writers = 0;

/**
 * Writes some of the pieces at a position and answers how many bytes. `orHere`: where the pool writes as much as it may,
 * the caller's thread writes them itself instead of waiting for its turn. For content that the system only takes into its memory.
 */
export async function writeSome(
  descriptor: number,
  pieces: readonly Uint8Array[],
  position: number,
  orHere = false,
): Promise<number> {
  const isSmall = pieces.reduce((sum, { length }) => sum + length, 0) <= smallBytes;
  if (isSmall || (orHere && writers >= writersAtOnce)) return writevSync(descriptor, pieces, position);
  writers += 1;
  return await new Promise((resolve, reject) => {
    writev(descriptor, pieces, position, (error, count) => {
      writers -= 1;
      if (error) reject(error);
      else resolve(count);
    });
  });
}
