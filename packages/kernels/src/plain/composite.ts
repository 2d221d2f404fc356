import { checkLength, type Pixels } from "../pixels.ts";
import { integerRange } from "../round.ts";

// Pixels weighted at a time: small enough to stay in cache, large enough to hide the copies.
const CHUNK = 8192;

/** Weighted sum of slices in float32. See `Kernels.composite`. */
export function composite<T extends Pixels>(
  slices: readonly Pixels[],
  weights: readonly number[],
  out: T,
): T {
  checkComposite(slices, weights, out);
  const sum = new Float32Array(CHUNK);
  const part = new Float32Array(CHUNK);
  const range = integerRange(out);
  for (let at = 0; at < out.length; at += CHUNK) {
    const length = Math.min(CHUNK, out.length - at);
    sum.fill(0);
    slices.forEach((data, k) => {
      part.set(data.subarray(at, at + length));
      addWeighted(sum, part, Math.fround(weights[k] ?? 0));
    });
    if (range) storeSaturated(sum, length, range, out, at);
    else out.set(sum.subarray(0, length), at);
  }
  return out;
}

/**
 * Checks that there is one weight for each slice and that all slices are as long as `out`.
 * @throws RangeError naming the slice's index or both counts.
 */
export function checkComposite(slices: readonly Pixels[], weights: readonly number[], out: Pixels): void {
  if (slices.length === 0 || slices.length !== weights.length)
    throw new RangeError(
      `composite: ${slices.length} slices and ${weights.length} weights. Pass one weight for each of at least one slice.`,
    );
  slices.forEach((data, i) => {
    checkLength("composite", `slice ${i}`, data, out.length);
  });
}

function addWeighted(sum: Float32Array, part: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++)
    sum[i] = Math.fround((sum[i] as number) + Math.fround((part[i] as number) * weight));
}

// Compared outside float32, which does not hold the greatest 32-bit integers.
function storeSaturated(
  sum: Float32Array,
  length: number,
  [least, most]: readonly [number, number],
  out: Pixels,
  at: number,
): void {
  for (let i = 0; i < length; i++) {
    const value = sum[i] as number;
    out[at + i] = value < least ? least : value > most ? most : value;
  }
}
