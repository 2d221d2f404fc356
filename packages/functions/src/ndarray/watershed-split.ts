import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { splitTouching } from "@platewright/kernels";
import { mapSlices } from "./slices.ts";

/** How much of a neck makes two objects of one. */
export interface SplitParams {
  /** By how many pixels of radius the neck between two objects is thinner than either. Default 0.75. */
  readonly minDepth?: number;
  /** The same as a share (0–1) of the smaller object's radius; the larger of the two demands holds. Default 0.05. */
  readonly minRelativeDepth?: number;
}

/** The defaults of `SplitParams`. */
export const splitDefaults = { minDepth: 0.75, minRelativeDepth: 0.05 } as const;

/** How the parameters of a split are described. */
export const splitParams = {
  minDepth: {
    type: "number",
    default: splitDefaults.minDepth,
    minimum: 0,
    description:
      "By how many pixels of radius the neck between two touching objects must be thinner than the smaller one. Less splits more.",
  },
  minRelativeDepth: {
    type: "number",
    default: splitDefaults.minRelativeDepth,
    minimum: 0,
    maximum: 1,
    description:
      "The same as a share of the smaller object's radius; the larger demand holds. Less splits more.",
  },
} as const;

/**
 * Splits touching round objects of a mask (pixels that are not 0) at their necks and numbers them from 1, in raster
 * order of their first pixels, for each slice anew: int32, 0 is background. The watershed of the smoothed distance to
 * the background, flooded from those of its peaks that stand out enough.
 */
export const watershedSplit = ndarray(
  { name: "watershedSplit", package: "@platewright/functions", params: splitParams, dtype: "int32" },
  (
    stack: NdArray,
    {
      minDepth = splitDefaults.minDepth,
      minRelativeDepth = splitDefaults.minRelativeDepth,
    }: SplitParams = {},
  ): NdArray =>
    mapSlices(stack, "int32", (mask, out) => {
      splitTouching(mask, out as Int32Array, { h: minDepth, relativeH: minRelativeDepth });
    }),
);
