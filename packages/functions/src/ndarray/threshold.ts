import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { otsuThresholdContract, type ThresholdParams, thresholdContract } from "../contracts/threshold.ts";
import { kernels } from "../kernels.ts";
import { otsuOf } from "./otsu.ts";
import { mapSlices } from "./slices.ts";

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = ndarray(
  { ...thresholdContract, cost: 0.1 },
  (stack: NdArray, params: ThresholdParams): NdArray =>
    mapSlices(stack, "bool", ({ data }, out) => kernels().markAbove(data, params.value, out as Uint8Array)),
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
    mapSlices(stack, "bool", ({ data }, out) => kernels().markAbove(data, otsuOf(data), out as Uint8Array)),
);
