import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { type Slice, splitTouching } from "@platewright/kernels";
import { kernels } from "../kernels.ts";
import { mapSlices, withScratch } from "./slices.ts";
import { ofSlice } from "./workspace.ts";

/** How much of a neck makes two objects of one. */
export interface SplitParams {
  /** By how many pixels half the neck between two objects must be thinner than the smaller one's radius. Default 0.5. */
  readonly minDepth?: number;
}

/** How the parameters of a split are described. */
export const splitParams = {
  minDepth: {
    type: "number",
    default: 0.5,
    minimum: 0,
    description:
      "By how many pixels half the neck between two touching objects must be thinner than the radius of the smaller one. Less splits more; ragged objects of more than about 30 pixels radius need more.",
  },
} as const;

/**
 * Splits touching round objects of a mask (pixels that are not 0) at their necks and numbers them from 1, in raster
 * order of their first pixels, for each slice anew: int32, 0 is background. The watershed of the smoothed distance to
 * the background, flooded from those of its peaks that stand out enough.
 */
export const watershedSplit = ndarray(
  {
    name: "watershedSplit",
    package: "@platewright/functions",
    params: splitParams,
    dtype: "int32",
    image: "labels",
    workspace: ofSlice(() => 15),
  },
  (stack: NdArray, { minDepth }: SplitParams = {}): NdArray =>
    mapSlices(stack, "int32", (mask, out) => {
      splitSlice(mask, out as Int32Array, minDepth);
    }),
);

/** Splits the touching objects of one slice, writes their labels to `out` and gives their number. */
export function splitSlice(
  mask: Slice,
  out: Int32Array,
  minDepth: number = splitParams.minDepth.default,
): number {
  // Enough to even out the steps of a pixelated outline, little enough to keep cells of 5 pixels radius apart.
  return withScratch(out.length, "float32", (distance) =>
    splitTouching(mask, out, { smoothing: 1.5, h: minDepth, distance, kernels: kernels() }),
  );
}
