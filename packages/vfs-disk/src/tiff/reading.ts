import { throwIfAborted } from "@platewright/core";
import { truncatedError } from "../format-error.ts";
import { inflateAside, inflateHere } from "./inflate.ts";
import type { PageIndex } from "./page-index.ts";

/** What the reader asks of whoever holds the file, so that one reader serves bytes in memory and files on a disk. */
export type ReadRequest =
  /** Answer the bytes of a part of the file. The part lies in the file; more may be answered. */
  | { readonly kind: "bytes"; readonly position: number; readonly length: number }
  /** Fill `target` with the file's bytes from `position`; the answer is ignored. */
  | { readonly kind: "fill"; readonly position: number; readonly target: Uint8Array }
  /** Answer the inflated bytes of `what`, at most `limit` of them; a longer or damaged stream throws. */
  | { readonly kind: "inflate"; readonly bytes: Uint8Array; readonly limit: number; readonly what: string };

/** A computation that reads a file as it goes. */
export type Reading<T> = Generator<ReadRequest, T, Uint8Array>;

/** The file that is read, and the part of it that is at hand. */
export interface TiffSource {
  /** The file's name, for messages. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Where its pages lie, as far as is known. */
  readonly index: PageIndex;
  /** The part that was read last. */
  window: { readonly start: number; readonly bytes: Uint8Array };
}

const windowBytes = 16_384;

/** Starts reading a file of `size` bytes; `index` is what is known of it from before. */
export function openTiffSource(name: string, size: number, index: PageIndex): TiffSource {
  return { name, size, index, window: { start: 0, bytes: new Uint8Array(0) } };
}

/**
 * The bytes from `position` on, exactly `length` of them, without a copy where they are at hand.
 * Throws "format" where the file is shorter; `what` names the part in the message.
 */
export function* readBytes(
  source: TiffSource,
  position: number,
  length: number,
  what: string,
): Reading<Uint8Array> {
  if (!(position >= 0 && position + length <= source.size)) {
    throw truncatedError(source.name, what, position, position + length, source.size);
  }
  const { start, bytes } = source.window;
  if (position >= start && position + length <= start + bytes.length) {
    return bytes.subarray(position - start, position - start + length);
  }
  const wanted = Math.min(Math.max(length, windowBytes), source.size - position);
  const answer = yield { kind: "bytes", position, length: wanted };
  source.window = { start: position, bytes: answer };
  return answer.subarray(0, length);
}

/** Runs a reading over a whole file in memory. */
export function runInMemory<T>(reading: Reading<T>, source: TiffSource, file: Uint8Array): T {
  source.window = { start: 0, bytes: file };
  let step = reading.next();
  while (step.done !== true) {
    const request = step.value;
    if (request.kind === "bytes") {
      step = reading.next(file.subarray(request.position, request.position + request.length));
    } else if (request.kind === "fill") {
      request.target.set(file.subarray(request.position, request.position + request.target.length));
      step = reading.next(request.target);
    } else {
      step = reading.next(inflateHere(source.name, request));
    }
  }
  return step.value;
}

/** Where a reading on a disk gets its bytes: fills `target` from `position` on, or throws. */
export interface PositionedFile {
  read(position: number, target: Uint8Array): Promise<void>;
}

/** Runs a reading over an open file. Throws "cancelled" between two requests. */
export async function runOnFile<T>(
  reading: Reading<T>,
  source: TiffSource,
  file: PositionedFile,
  signal?: AbortSignal,
): Promise<T> {
  let step = reading.next();
  while (step.done !== true) {
    throwIfAborted(signal);
    const request = step.value;
    if (request.kind === "bytes") {
      const bytes = Buffer.allocUnsafeSlow(request.length);
      await file.read(request.position, bytes);
      step = reading.next(bytes);
    } else if (request.kind === "fill") {
      await file.read(request.position, request.target);
      step = reading.next(request.target);
    } else {
      step = reading.next(await inflateAside(source.name, request));
    }
  }
  return step.value;
}
