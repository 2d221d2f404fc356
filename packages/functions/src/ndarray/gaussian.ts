import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { kernels } from "./kernels.ts";
import { mapSlices } from "./slices.ts";

/** How far `gaussian` smooths. */
export interface GaussianParams {
  /** Standard deviation, in pixels. Default 1. */
  readonly sigma?: number;
}

/**
 * Smooths each slice with a gaussian of radius 4 σ, the border reflected, as scipy.ndimage.gaussian_filter, in the
 * input's dtype: integers are rounded half to even.
 *
 * @example
 * gaussian(stack, { sigma: 2 })
 */
export const gaussian = ndarray(
  {
    name: "gaussian",
    package: "@platewright/functions",
    params: {
      sigma: {
        type: "number",
        default: 1,
        minimum: 0,
        description: "Standard deviation of the gaussian, in pixels; 0 changes nothing.",
      },
    },
    halo: ({ sigma }) => Math.round(4 * sigma),
  },
  (stack: NdArray, { sigma = 1 }: GaussianParams = {}): NdArray =>
    mapSlices(stack, "same", (slice, out) => kernels().gaussian(slice, sigma, out)),
);
