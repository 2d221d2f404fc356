import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { distanceTransform as distanceTransformOf } from "@platewright/kernels";
import { mapSlices } from "./slices.ts";

/**
 * The exact Euclidean distance, in pixels, of every pixel that is not 0 to the nearest pixel that is, for each slice:
 * float32, 0 at the zeros. Outside the slice is no background; in a slice without any zero every distance is Infinity.
 * As scipy.ndimage.distance_transform_edt.
 */
export const distanceTransform = ndarray(
  { name: "distanceTransform", package: "@platewright/functions", dtype: "float32" },
  (stack: NdArray): NdArray =>
    mapSlices(stack, "float32", (mask, out) => {
      distanceTransformOf(mask, out as Float32Array);
    }),
);
