import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import type { Pixels } from "@platewright/kernels";
import { otsuThresholdContract, type ThresholdParams, thresholdContract } from "../contracts/threshold.ts";
import { otsuOf } from "./otsu.ts";
import { mapSlices } from "./slices.ts";

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = ndarray(
  { ...thresholdContract, cost: 0.1 },
  (stack: NdArray, params: ThresholdParams): NdArray =>
    mapSlices(stack, "bool", ({ data }, out) => markAbove(data, params.value, out)),
);

/**
 * A bool mask of the pixels strictly above Otsu's threshold, found for each slice by itself, exactly as
 * skimage.filters.threshold_otsu. A constant slice has no foreground. Otsu always splits what is there: of a slice with
 * nothing but noise about half becomes foreground.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979).
 */
export const otsuThreshold = ndarray(
  { ...otsuThresholdContract, cost: 0.6 },
  (stack: NdArray): NdArray =>
    mapSlices(stack, "bool", ({ data }, out) => markAbove(data, otsuOf(data), out)),
);

function markAbove(data: Pixels, value: number, out: Pixels): void {
  // Loops of their own for the usual types: a loop that sees one type of pixel runs several times faster.
  if (data instanceof Uint16Array) for (let at = 0; at < data.length; at++) out[at] = above(data[at], value);
  else if (data instanceof Uint8Array)
    for (let at = 0; at < data.length; at++) out[at] = above(data[at], value);
  else for (let at = 0; at < data.length; at++) out[at] = above(data[at], value);
}

function above(pixel: number | undefined, value: number): 0 | 1 {
  return (pixel as number) > value ? 1 : 0;
}
