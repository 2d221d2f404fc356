import { fsync, read, readSync, writev, writevSync } from "node:fs";
import { promisify } from "node:util";

// What moves content or waits for the disk goes to the thread pool. What asks for names is done at once, by the calls of
// node:fs that end in "Sync": it takes some microseconds, its way to the pool and back ten times as many. Bare
// descriptors, because a FileHandle costs the main thread several times as much a file.

/** Writes what the system still holds of a file to the disk. */
export const syncFile: (descriptor: number) => Promise<void> = promisify(fsync);

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
