import type { Values } from "../strided.ts";
import type { KernelExports } from "./exports.ts";
import { gatherTerms, TERM_BYTES, writeTerms } from "./gather-terms.ts";
import type { Scratch } from "./scratch.ts";

/** The farthest that items may lie apart, in items and in bytes, for vectors to gather them. */
export function canGather(stride: number, size: number): boolean {
  return Math.abs(stride) <= 16 && Math.abs(stride) * size <= 64;
}

/** Bytes that `gather` may write past the last row. */
export const OVERRUN = 63;

/** Bytes that vectors may read before a block of rows and after it. */
const REACH = 1024;

const TERMS_BYTES = 16 * TERM_BYTES;

/** Rows of strided items, brought to where vectors work on them. */
export interface RowStage {
  /** Bytes of the block in which up to so many rows of `length` items are staged; 0 where they are read in place. */
  blockBytes(rows: number, length: number): number;
  /**
   * Writes the addresses at which rows lie, of which the first item of each is at one of `places`, to `starts`. Copies what
   * is not in this memory into `block`, and what lies between rows with it where that is little.
   */
  bring(places: Float64Array, length: number, block: number, starts: number): void;
  /** Makes the items of rows dense, one row after the other, at `target`; writes up to `OVERRUN` bytes past the last one. */
  gather(starts: number, rows: number, length: number, terms: number, target: number): void;
  /** Bytes that `gather` needs at `terms`, filled by `prepare`. */
  readonly termsBytes: number;
  prepare(terms: number): void;
}

/** Stages rows of `source` whose items lie `stride` apart. */
export function createRowStage(
  exports: KernelExports,
  scratch: Scratch,
  source: Values,
  stride: number,
): RowStage {
  const size = source.BYTES_PER_ELEMENT;
  const home = scratch.addressOf(source);
  const bytes = new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  const spanOf = (length: number): number => ((length - 1) * Math.abs(stride) + 1) * size;
  const pitchOf = (length: number): number => Math.ceil(spanOf(length) / 16) * 16;
  const blockBytes = (rows: number, length: number): number =>
    home === undefined ? Math.ceil(rows * pitchOf(length) * 1.25) : 0;
  const terms = gatherTerms(size, stride);
  const bits = (size * 8) as 8 | 16 | 32 | 64;

  return {
    blockBytes: (rows, length) => (home === undefined ? blockBytes(rows, length) + 2 * REACH : 0),
    bring(places, length, block, starts) {
      const addresses = scratch.integers(starts, places.length);
      if (home !== undefined) {
        for (let i = 0; i < places.length; i++) addresses[i] = home + (places[i] as number) * size;
        return;
      }
      const before = stride < 0 ? (length - 1) * stride : 0;
      const [least, greatest] = rangeOf(places);
      const from = (least + before) * size;
      const span = spanOf(length);
      const all = (greatest - least) * size + span;
      const first = block + REACH - before * size;
      if (all <= blockBytes(places.length, length)) {
        scratch.bytes(block + REACH, all).set(bytes.subarray(from, from + all));
        for (let i = 0; i < places.length; i++) addresses[i] = first + ((places[i] as number) - least) * size;
        return;
      }
      const pitch = pitchOf(length);
      const target = scratch.bytes(block + REACH, places.length * pitch);
      for (let i = 0; i < places.length; i++) {
        const begin = ((places[i] as number) + before) * size;
        target.set(bytes.subarray(begin, begin + span), i * pitch);
        addresses[i] = first + i * pitch;
      }
    },
    termsBytes: TERMS_BYTES,
    prepare: (at) => writeTerms(terms, scratch.bytes(at, TERMS_BYTES)),
    gather(starts, rows, length, at, target) {
      if (stride === 2) exports[`gatherEvens${bits}`](starts, rows, length * size, target);
      else exports.gatherRows(starts, rows, length * size, 16 * stride, at, terms.length, target);
    },
  };
}

function rangeOf(places: Float64Array): [least: number, greatest: number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (place < least) least = place;
    if (place > greatest) greatest = place;
  }
  return [least, greatest];
}
