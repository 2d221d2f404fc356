import { type Axis, listPlaces } from "../strided.ts";
import type { CopyJob } from "./copy-strided.ts";
import { gatherTerms, TERM_BYTES, writeTerms } from "./gather-terms.ts";

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
  /** Bytes of the tables that the other calls read. */
  readonly tableBytes: number;
  /** Fills the tables; once, before the other calls. */
  prepare(tables: number): void;
  /**
   * Writes the addresses of `count` rows from number `first` on to `starts`, where row 0 begins with the item at `base`.
   * Copies what is not in this memory into `block`, and what lies between rows with it where that is little.
   */
  bring(rows: Rows, block: number, starts: number): void;
  /** Makes the items of rows dense, one row after the other, at `target`; writes up to `OVERRUN` bytes past the last one. */
  gather(starts: number, rows: number, length: number, target: number): void;
}

/** Some of the rows of a stage, `length` items of each. */
export interface Rows {
  readonly first: number;
  readonly count: number;
  readonly base: number;
  readonly length: number;
}

/** Stages rows of `source` whose items lie `stride` apart, and whose beginnings lie apart as `axes` say. */
export function createRowStage(
  { exports, scratch, source }: Pick<CopyJob, "exports" | "scratch" | "source">,
  axes: readonly Axis[],
  stride: number,
): RowStage {
  const size = source.BYTES_PER_ELEMENT;
  const home = scratch.addressOf(source);
  const bytes = new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  const spanOf = (length: number): number => ((length - 1) * Math.abs(stride) + 1) * size;
  const pitchOf = (length: number): number => Math.ceil(spanOf(length) / 16) * 16;
  const roomOf = (rows: number, length: number): number => Math.ceil(rows * pitchOf(length) * 1.25);
  const terms = gatherTerms(size, stride);
  const bits = (size * 8) as 8 | 16 | 32 | 64;
  let tables = 0;

  /** Writes addresses of rows to `starts` where the item at `base` lies at `address`. */
  const list = ({ first, count }: Rows, address: number, starts: number): void =>
    exports.listPlaces(tables + TERMS_BYTES, axes.length, first, address, starts, count);

  return {
    blockBytes: (rows, length) => (home === undefined ? roomOf(rows, length) + 2 * REACH : 0),
    tableBytes: TERMS_BYTES + axes.length * 8,
    prepare(at) {
      tables = at;
      writeTerms(terms, scratch.bytes(at, TERMS_BYTES));
      scratch
        .integers(at + TERMS_BYTES, axes.length * 2)
        .set(axes.flatMap(({ length, stride: step }) => [length, step * size]));
    },
    bring(rows, block, starts) {
      const { count, base, length } = rows;
      if (home !== undefined) {
        list(rows, home + base * size, starts);
        return;
      }
      const before = stride < 0 ? (length - 1) * stride : 0;
      const span = spanOf(length);
      const first = block + REACH - before * size;
      const { least, greatest, places } = findRange(axes, rows);
      const all = (greatest - least) * size + span;
      if (all <= roomOf(count, length)) {
        const from = (least + before) * size;
        scratch.bytes(block + REACH, all).set(bytes.subarray(from, from + all));
        list(rows, first + (base - least) * size, starts);
        return;
      }
      const pitch = pitchOf(length);
      const target = scratch.bytes(block + REACH, count * pitch);
      const addresses = scratch.integers(starts, count);
      for (let i = 0; i < count; i++) {
        const begin = (places(i) + before) * size;
        target.set(bytes.subarray(begin, begin + span), i * pitch);
        addresses[i] = first + i * pitch;
      }
    },
    gather(starts, rows, length, target) {
      if (stride === 2) exports[`gatherEvens${bits}`](starts, rows, length * size, target);
      else exports.gatherRows(starts, rows, length * size, 16 * stride, tables, terms.length, target);
    },
  };
}

/** The least and greatest place at which rows begin, and that of each. */
function findRange(axes: readonly Axis[], { first, count, base }: Rows) {
  const [axis] = axes;
  if (axes.length <= 1) {
    const step = axis?.stride ?? 0;
    const places = (i: number): number => base + (first + i) * step;
    const ends = [places(0), places(count - 1)];
    return { least: Math.min(...ends), greatest: Math.max(...ends), places };
  }
  const listed = new Float64Array(count);
  listPlaces(axes, first, base, listed);
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const place = listed[i] as number;
    if (place < least) least = place;
    if (place > greatest) greatest = place;
  }
  return { least, greatest, places: (i: number): number => listed[i] as number };
}
