import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { bytesPerElement } from "@platewright/core";
import { kernels } from "../kernels.ts";
import { mapSlices } from "./slices.ts";
import { hasRuns, ofSlice } from "./workspace.ts";

/** Which pixels `label` takes for neighbours. */
export interface LabelParams {
  /** 8 joins diagonal neighbours, 4 does not. Default 8. */
  readonly connectivity?: 4 | 8;
}

/**
 * Numbers the connected regions of pixels above 0 from 1, in raster order of their first pixels, for each slice anew:
 * int32, 0 is background. As skimage.measure.label of the mask.
 */
export const label = ndarray(
  {
    name: "label",
    package: "@platewright/functions",
    params: {
      connectivity: {
        enum: [4, 8],
        default: 8,
        description: "Which pixels are neighbours: 8 joins diagonal ones, 4 does not.",
      },
    },
    dtype: "int32",
    image: "labels",
    // The slice, where the kernel copies it, and some runs.
    workspace: ofSlice((dtype) => (hasRuns(dtype) ? bytesPerElement(dtype) + 1 : 1)),
  },
  (stack: NdArray, { connectivity = 8 }: LabelParams = {}): NdArray =>
    mapSlices(stack, "int32", (slice, out) => {
      kernels().label(slice, out as Int32Array, { connectivity });
    }),
);
