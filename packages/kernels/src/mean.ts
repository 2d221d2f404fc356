import { checkLength, type Pixels } from "./pixels.ts";
import { integerRange, roundHalfEven } from "./round.ts";

/** What happens to the fraction of a mean in an integer array. */
export type MeanRounding = "truncate" | "half-even";

/**
 * Divides a sum projection by its number of slices: `out[i] = sum[i] / count`.
 *
 * A Float64Array `out` over an exact sum equals numpy.mean of integer slices; a Float32Array `out` over a float32 sum
 * equals numpy.mean of float32 slices. An integer `out` is truncated, as numpy's astype, or rounded half to even.
 * @throws RangeError when `out` is not as long as `sum`.
 */
export function meanOfSum<T extends Pixels>(
  sum: Uint32Array | Float32Array | Float64Array,
  count: number,
  out: T,
  rounding: MeanRounding = "truncate",
): T {
  checkLength("meanOfSum", "out", out, sum.length);
  if (rounding === "half-even" && integerRange(out))
    for (let i = 0; i < sum.length; i++) out[i] = roundHalfEven((sum[i] as number) / count);
  else for (let i = 0; i < sum.length; i++) out[i] = (sum[i] as number) / count;
  return out;
}
