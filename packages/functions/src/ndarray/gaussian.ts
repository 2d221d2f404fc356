import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { type GaussianParams, gaussianContract } from "../contracts/gaussian.ts";
import { kernels } from "../kernels.ts";
import { mapSlices } from "./slices.ts";
import { smoothingPlanes } from "./workspace.ts";

/**
 * Smooths each slice with a gaussian of radius 4 σ, the border reflected, as scipy.ndimage.gaussian_filter, in the
 * input's dtype: integers are rounded half to even.
 *
 * @example
 * gaussian(stack, { sigma: 2 })
 */
export const gaussian = ndarray(
  { ...gaussianContract, cost: ({ sigma }) => 1 + 0.7 * sigma, workspace: smoothingPlanes },
  (stack: NdArray, { sigma = 1 }: GaussianParams = {}): NdArray =>
    mapSlices(stack, "same", (slice, out) => kernels().gaussian(slice, sigma, out)),
);
