import { checkLength, type Pixels } from "../pixels.ts";
import { integerRange, roundHalfEven } from "../round.ts";

/** Divides a sum projection by its number of slices. See `Kernels.meanOfSum`. */
export function meanOfSum<T extends Pixels>(
  sum: Uint32Array | Float32Array | Float64Array,
  count: number,
  out: T,
): T {
  checkLength("meanOfSum", "out", out, sum.length);
  if (integerRange(out))
    for (let i = 0; i < sum.length; i++) out[i] = roundHalfEven((sum[i] as number) / count);
  else for (let i = 0; i < sum.length; i++) out[i] = (sum[i] as number) / count;
  return out;
}
