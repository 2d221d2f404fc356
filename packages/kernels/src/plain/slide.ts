import { reflect } from "../border.ts";
import type { Neighbourhood } from "../neighbourhood.ts";
import { allocate, emptyLike, type Pixels, type Slice } from "../pixels.ts";

/** Which end of the order a sliding window keeps. */
export type Extremum = "min" | "max";

/**
 * The minimum or maximum over a neighbourhood of every pixel, border reflected.
 * Rows are worked on as float64, which holds every pixel type exactly, so that each loop sees one type only.
 */
export function slide<T extends Pixels>(kind: Extremum, slice: Slice<T>, around: Neighbourhood, out: T): T {
  return around.isRectangle
    ? slideRectangle(kind, slice, around, out)
    : slideChords(kind, slice, around, out);
}

// Window doubling along the rows, then van Herk / Gil-Werman down the columns, a whole row at a time.
function slideRectangle<T extends Pixels>(kind: Extremum, slice: Slice<T>, around: Neighbourhood, out: T): T {
  const { data, width, height } = slice;
  const across = around.right - around.left + 1;
  const down = around.bottom - around.top + 1;
  const middle = emptyLike(data, data.length);
  const row = new Float64Array(width);
  const padded = new Float64Array(width + across - 1);
  for (let y = 0; y < height; y++) {
    padRow(data, y, width, around.left, padded);
    doubleUp(kind, padded, across);
    takeWindow(kind, padded, across, row);
    middle.set(row, y * width);
  }

  const suffix = allocate(Float64Array, down * width);
  const prefix = new Float64Array(width);
  const readRow = (y: number): Float64Array => {
    const at = reflect(y, height) * width;
    row.set(middle.subarray(at, at + width));
    return row;
  };
  for (let block = 0; block < height; block += down) {
    for (let t = down - 1; t >= 0; t--) {
      const here = suffix.subarray(t * width, (t + 1) * width);
      here.set(readRow(block + t + around.top));
      if (t < down - 1) keep(kind, here, suffix.subarray((t + 1) * width, (t + 2) * width));
    }
    const rows = Math.min(down, height - block);
    for (let t = 0; t < rows; t++) {
      const result = suffix.subarray(t * width, (t + 1) * width);
      if (t > 0) {
        const next = readRow(block + t + down - 1 + around.top);
        if (t === 1) prefix.set(next);
        else keep(kind, prefix, next);
        keep(kind, result, prefix);
      }
      out.set(result, (block + t) * width);
    }
  }
  return out;
}

// Each chord is two overlapping windows of a power of two; a ring of rows holds the windows of every such width.
function slideChords<T extends Pixels>(kind: Extremum, slice: Slice<T>, around: Neighbourhood, out: T): T {
  const { data, width, height } = slice;
  const { chords, top, bottom, left, right } = around;
  const length = width + right - left;
  const ring = bottom - top + 1;
  const levels = 1 + Math.max(...chords.map(({ x0, x1 }) => levelOf(x1 - x0 + 1)));
  const tables = Array.from({ length: ring * levels }, () => allocate(Float64Array, length));
  const tableAt = (y: number, level: number): Float64Array => {
    const table = tables[(((y % ring) + ring) % ring) * levels + level];
    if (!table) throw new Error(`slide: no table for row ${y}, level ${level}. This is a bug.`);
    return table;
  };
  const fillTables = (y: number): void => {
    padRow(data, reflect(y, height), width, left, tableAt(y, 0));
    for (let level = 1; level < levels; level++)
      combine(kind, tableAt(y, level - 1), 1 << (level - 1), tableAt(y, level));
  };

  // The result may overwrite the source, so finished rows wait until no window reads their source row any more.
  const result = out.buffer === data.buffer ? emptyLike(data, data.length) : out;
  const row = new Float64Array(width);
  for (let y = top; y < bottom; y++) fillTables(y);
  for (let y = 0; y < height; y++) {
    fillTables(y + bottom);
    row.fill(kind === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
    for (const { dy, x0, x1 } of chords) {
      const level = levelOf(x1 - x0 + 1);
      const table = tableAt(y + dy, level);
      keepAt(kind, row, table, x0 - left);
      if (x1 - x0 + 1 > 1 << level) keepAt(kind, row, table, x1 + 1 - (1 << level) - left);
    }
    result.set(row, y * width);
  }
  if (result !== out) out.set(result);
  return out;
}

function levelOf(length: number): number {
  return 31 - Math.clz32(length);
}

function padRow(data: Pixels, y: number, width: number, left: number, padded: Float64Array): void {
  const row = data.subarray(y * width, (y + 1) * width);
  for (let i = 0; i < padded.length; i++) {
    const x = i + left;
    if (x === 0 && width <= padded.length - i) {
      padded.set(row, i);
      i += width - 1;
    } else padded[i] = row[reflect(x, width)] as number;
  }
}

// In place: padded[i] becomes the extremum of the largest power-of-two window that fits `span`.
function doubleUp(kind: Extremum, padded: Float64Array, span: number): void {
  for (let window = 1; window * 2 <= span; window *= 2) combine(kind, padded, window, padded);
}

function takeWindow(kind: Extremum, padded: Float64Array, span: number, row: Float64Array): void {
  const window = 1 << levelOf(span);
  row.set(padded.subarray(0, row.length));
  keepAt(kind, row, padded, span - window);
}

// Of equals the first is kept, and of NaN and a number NaN.
function combine(kind: Extremum, from: Float64Array, shift: number, to: Float64Array): void {
  const last = from.length - shift;
  if (kind === "min") {
    for (let i = 0; i < last; i++) {
      const a = from[i] as number;
      const b = from[i + shift] as number;
      to[i] = b < a || Number.isNaN(b) ? b : a;
    }
  } else {
    for (let i = 0; i < last; i++) {
      const a = from[i] as number;
      const b = from[i + shift] as number;
      to[i] = b > a || Number.isNaN(b) ? b : a;
    }
  }
}

function keep(kind: Extremum, row: Float64Array, other: Float64Array): void {
  keepAt(kind, row, other, 0);
}

function keepAt(kind: Extremum, row: Float64Array, other: Float64Array, from: number): void {
  if (kind === "min") {
    for (let i = 0; i < row.length; i++) {
      const v = other[i + from] as number;
      if (v < (row[i] as number) || Number.isNaN(v)) row[i] = v;
    }
  } else {
    for (let i = 0; i < row.length; i++) {
      const v = other[i + from] as number;
      if (v > (row[i] as number) || Number.isNaN(v)) row[i] = v;
    }
  }
}
