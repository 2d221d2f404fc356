import { type Axis, countOf, listPlaces } from "../strided.ts";
import type { CopyJob } from "./copy-strided.ts";
import { createRowStage } from "./stage-rows.ts";

const CACHE_LINE = 64;
// Shorter lines are put together as many as follow on each other; longer ones in blocks, each in its place.
const LEAST_LINE_BYTES = 512;
const STRIP_BYTES = 16384;
// The blocks' working memory, and what is put together there before it is copied to another memory.
const WORK_BYTES = 264 * 1024;
const IMAGE_BYTES = 2 ** 23;
// What lies in another memory is brought in blocks that the second cache holds, in stretches that are worth a call.
const BLOCK_BYTES = 2 ** 19;
const WIDE_BLOCK_BYTES = 2 ** 21;
const SEGMENT_BYTES = 4096;
const BLOCK_ROWS_BYTES = 4096;
const MOST_ROWS = 16384;

/** Copies where not the values along the rows of the result but those along the axis `turned` lie close at the source. */
export function copyTurned({ turned, ...job }: CopyJob & { readonly turned: number }): void {
  const { exports, scratch, source, offset, axes, out } = job;
  const size = source.BYTES_PER_ELEMENT;
  const bits = (size * 8) as 8 | 16 | 32 | 64;
  const side = 16 / size;
  const [outer, inner] = [axes.slice(0, turned), axes.slice(turned + 1)];
  const { length: lines, stride } = axes[turned] as Axis;
  const lineLength = countOf(inner);
  const lineBytes = lineLength * size;
  const isShort = lineBytes < LEAST_LINE_BYTES;
  const stage = createRowStage(job, inner, stride);
  const home = scratch.addressOf(out);
  const isInPlace = stride === 1 && scratch.addressOf(source) !== undefined;
  const { rows, columns: most } = isInPlace
    ? { rows: evenly(lineLength, MOST_ROWS), columns: lines }
    : blockOf(lineLength, lines, size, Math.abs(stride));
  const perLine = CACHE_LINE / size;
  const isImage = home === undefined && !isShort;
  const columns = isImage ? Math.min(most, Math.max(perLine, Math.floor(IMAGE_BYTES / lineBytes))) : most;
  const strip = Math.max(1, Math.floor(STRIP_BYTES / (lineBytes * perLine))) * perLine;
  const [block = 0, dense = 0, starts = 0, tables = 0, work = 0, image = 0] = scratch.layout(
    stage.blockBytes(rows, columns),
    stride === 1 ? 0 : rows * columns * size + CACHE_LINE,
    (rows + side) * 4,
    stage.tableBytes,
    isShort ? (Math.min(strip, columns) + side) * lineBytes + CACHE_LINE : WORK_BYTES,
    isImage ? columns * lineBytes : 0,
  );
  stage.prepare(tables);
  const turnRows = exports[`turnRows${bits}`];
  const turnBlocks = exports[`turnBlocks${bits}`];
  const target = new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength);
  const outerPlaces = new Float64Array(countOf(outer));
  listPlaces(outer, 0, offset, outerPlaces);

  outerPlaces.forEach((base, o) => {
    for (let c = 0; c < lines; c += columns) {
      const count = Math.min(columns, lines - c);
      const at = (o * lines + c) * lineBytes;
      for (let r = 0; r < lineLength; r += rows) {
        const found = bring(r, base + c * stride, count);
        if (isShort) turnStrips(count, at);
        else
          turnBlocks(
            starts,
            found,
            count,
            (home === undefined ? image : home + at) + r * size,
            lineBytes,
            work,
          );
      }
      if (isImage) target.set(scratch.bytes(image, count * lineBytes), at);
    }
  });

  /** Lists where the rows from `first` on lie, dense, and returns how many there are. */
  function bring(first: number, base: number, length: number): number {
    const count = Math.min(rows, lineLength - first);
    stage.bring({ first, count, base, length }, block, starts);
    const addresses = scratch.integers(starts, Math.max(count, side));
    if (stride !== 1) {
      stage.gather(starts, count, length, dense);
      for (let i = 0; i < count; i++) addresses[i] = dense + i * length * size;
    }
    // Vectors take as many rows as fill them.
    addresses.fill(addresses[0] as number, count);
    return count;
  }

  function turnStrips(count: number, at: number): void {
    for (let x = 0; x < count; x += strip) {
      const wide = Math.min(strip, count - x);
      turnRows(starts, rows, x * size, wide, work, lineBytes);
      target.set(scratch.bytes(work, wide * lineBytes), at + x * lineBytes);
    }
  }
}

/** A part of a length, so that all parts are about as long and none is longer than `most`. */
function evenly(length: number, most: number): number {
  return Math.ceil(length / Math.ceil(length / most));
}

/** How many rows are brought at once, and how many items of each. */
function blockOf(
  lineLength: number,
  lines: number,
  size: number,
  apart: number,
): { readonly rows: number; readonly columns: number } {
  const items = (size <= 2 ? BLOCK_BYTES : WIDE_BLOCK_BYTES) / size / apart;
  const mostRows = BLOCK_ROWS_BYTES / size;
  const segment = SEGMENT_BYTES / size / apart;
  const columns = evenly(lines, Math.max(segment, Math.floor(items / Math.min(lineLength, mostRows))));
  if (lineLength * size < LEAST_LINE_BYTES) return { rows: lineLength, columns };
  const rows = evenly(lineLength, Math.min(mostRows, Math.max(CACHE_LINE, Math.floor(items / columns))));
  return { rows, columns };
}
