import { reflect } from "../border.ts";
import { gaussianWeights } from "../gaussian-weights.ts";
import type { GaussianOptions } from "../kernels.ts";
import { checkLength, checkSlice, type Pixels, type Slice } from "../pixels.ts";
import { integerRange, roundHalfEven } from "../round.ts";

/** Gaussian blur in float32, columns then rows. See `Kernels.gaussian`. */
export function gaussian<T extends Pixels>(
  slice: Slice,
  sigma: number,
  out: T,
  options: GaussianOptions = {},
): T {
  checkSlice("gaussian", slice);
  const { data, width, height } = slice;
  checkLength("gaussian", "out", out, data.length);
  const weights = gaussianWeights(sigma, options.truncate ?? 4);
  const radius = weights.length - 1;

  // A ring of the rows in reach, so that `out` may be the source: a row is read before anything overwrites it.
  const ring = Array.from({ length: Math.min(2 * radius + 1, height) }, () => new Float32Array(width));
  const line = new Float32Array(width + 2 * radius);
  const row = new Float32Array(width);
  const rowAt = (y: number): Float32Array => ring[reflect(y, height) % ring.length] ?? row;
  let read = 0;
  for (let y = 0; y < height; y++) {
    for (; read <= Math.min(height - 1, y + radius); read++)
      rowAt(read).set(data.subarray(read * width, (read + 1) * width));
    scale(rowAt(y), weights[0] as number, row);
    for (let j = 1; j <= radius; j++) addPair(rowAt(y - j), 0, rowAt(y + j), 0, weights[j] as number, row);

    line.set(row, radius);
    for (let j = 1; j <= radius; j++) {
      line[radius - j] = row[reflect(-j, width)] as number;
      line[radius + width - 1 + j] = row[reflect(width - 1 + j, width)] as number;
    }
    scale(line.subarray(radius, radius + width), weights[0] as number, row);
    for (let j = 1; j <= radius; j++) addPair(line, radius - j, line, radius + j, weights[j] as number, row);
    storeRounded(row, out, y * width);
  }
  return out;
}

function scale(from: Float32Array, weight: number, row: Float32Array): void {
  for (let x = 0; x < row.length; x++) row[x] = Math.fround((from[x] as number) * weight);
}

function addPair(
  before: Float32Array,
  b: number,
  after: Float32Array,
  a: number,
  weight: number,
  row: Float32Array,
): void {
  for (let x = 0; x < row.length; x++) {
    const pair = Math.fround((before[x + b] as number) + (after[x + a] as number));
    row[x] = Math.fround((row[x] as number) + Math.fround(pair * weight));
  }
}

/** Writes float32 pixels from one place on, rounded half to even and saturated where they become whole numbers. */
export function storeRounded<T extends Pixels>(row: Float32Array, out: T, at: number): T {
  const range = integerRange(out);
  if (!range) {
    out.set(row, at);
    return out;
  }
  const [least, most] = range;
  for (let x = 0; x < row.length; x++) {
    const value = roundHalfEven(row[x] as number);
    out[at + x] = value < least ? least : value > most ? most : value;
  }
  return out;
}
