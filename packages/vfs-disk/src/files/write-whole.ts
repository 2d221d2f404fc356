import { closeSync, linkSync, lstatSync, mkdirSync, openSync, renameSync, unlinkSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { throwIfAborted } from "@platewright/core";
import { syncFile, writeSome } from "./content.ts";
import { hasCode, ifThere } from "./storage-error.ts";
import { syncFolder } from "./sync-folder.ts";
import { temporaryName } from "./temporary-name.ts";
import type { Unsynced } from "./unsynced.ts";

// Systems write at most 2 GiB a call.
const mostBytes = 1 << 30;

/** How a file is written. */
export interface WriteWholeOptions {
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where to note the file instead of bringing it to the disk before it takes its name. */
  readonly unsynced?: Unsynced | undefined;
}

/** The bytes of a file, all at hand or made as they are written. */
export type Pieces = readonly Uint8Array[] | AsyncIterable<Uint8Array>;

/**
 * Writes a file whole or not at all: into a hidden file beside it, brought to the disk, then renamed. A process that is
 * killed on the way leaves what was there before and at most the hidden file; so does a machine that fails, unless
 * the file is only noted in `unsynced`. Folders are made as needed.
 * Without `overwrite` an existing file fails with EEXIST, even one that appears meanwhile.
 */
export async function writeWhole(
  target: string,
  pieces: Pieces,
  { overwrite = false, signal, unsynced }: WriteWholeOptions,
): Promise<void> {
  throwIfAborted(signal);
  if (!overwrite) refuseExisting(target);
  const folder = dirname(target);
  const temporary = join(folder, temporaryName());
  const { descriptor, changed } = createIn(folder, temporary);
  const how = { signal, orHere: unsynced !== undefined };
  let size = 0;
  try {
    try {
      size = Array.isArray(pieces)
        ? await writePieces(descriptor, pieces, 0, how)
        : await writeAsMade(descriptor, pieces as AsyncIterable<Uint8Array>, how);
      if (!unsynced) await syncFile(descriptor);
    } finally {
      closeSync(descriptor);
    }
    throwIfAborted(signal);
    if (overwrite) renameSync(temporary, target);
    else renameWithoutReplacing(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  if (unsynced) unsynced.add(target, size, changed);
  else for (const each of [...changed, folder]) await syncFolder(each);
}

function refuseExisting(target: string): void {
  if (ifThere(() => lstatSync(target, { throwIfNoEntry: false })))
    throw Object.assign(new Error(`file exists: ${target}`), { code: "EEXIST" });
}

/** Makes the hidden file. `changed`: folders in which new folders were made; their names must reach the disk too, or the file could be lost with them. */
function createIn(
  folder: string,
  temporary: string,
): { readonly descriptor: number; readonly changed: readonly string[] } {
  try {
    return { descriptor: openSync(temporary, "wx"), changed: [] };
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    const first = mkdirSync(folder, { recursive: true });
    const changed: string[] = [];
    if (first !== undefined)
      for (let made = folder; made.length >= first.length; made = dirname(made)) changed.push(dirname(made));
    return { descriptor: openSync(temporary, "wx"), changed };
  }
}

interface HowToWrite {
  readonly signal: AbortSignal | undefined;
  /** Whether the caller's thread may write where the pool is busy: see `writeSome`. */
  readonly orHere: boolean;
}

/** Answers how many bytes there were. */
async function writeAsMade(
  descriptor: number,
  pieces: AsyncIterable<Uint8Array>,
  how: HowToWrite,
): Promise<number> {
  let position = 0;
  for await (const piece of pieces) position = await writePieces(descriptor, [piece], position, how);
  return position;
}

/** Answers the position after the last byte. */
async function writePieces(
  descriptor: number,
  pieces: readonly Uint8Array[],
  begin: number,
  { signal, orHere }: HowToWrite,
): Promise<number> {
  let position = begin;
  let rest = pieces.filter((piece) => piece.length > 0);
  while (rest.length > 0) {
    throwIfAborted(signal);
    const batch = firstBytes(rest);
    let count = await writeSome(descriptor, batch, position, orHere);
    position += count;
    let whole = 0;
    for (; whole < rest.length && count >= (rest[whole]?.length ?? 0); whole += 1)
      count -= rest[whole]?.length ?? 0;
    rest = rest.slice(whole);
    const [head] = rest;
    if (head && count > 0) rest = [head.subarray(count), ...rest.slice(1)];
  }
  return position;
}

function firstBytes(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const batch: Uint8Array[] = [];
  let room = mostBytes;
  // Systems take at most 1024 pieces a call.
  for (const piece of pieces.slice(0, 512)) {
    if (room === 0) break;
    const part = piece.length > room ? piece.subarray(0, room) : piece;
    batch.push(part);
    room -= part.length;
  }
  return batch;
}

/** A second name can't be given where one is there, so that of two writers one wins. */
function renameWithoutReplacing(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
    // Some disks (exFAT, some network shares) know no second names. A look before the rename is the best there is.
    refuseExisting(target);
    renameSync(temporary, target);
    return;
  }
  unlinkSync(temporary);
}
