import { defineContract } from "@platewright/core";

/** How far `gaussian` smooths. */
export interface GaussianParams {
  /** Standard deviation, in pixels. Default 1. */
  readonly sigma?: number;
}

/** `gaussian` in every memory type. */
export const gaussianContract = defineContract({
  name: "gaussian",
  package: "@platewright/functions",
  params: {
    sigma: {
      type: "number",
      default: 1,
      minimum: 0,
      maximum: 10_000,
      description: "Standard deviation of the gaussian, in pixels; 0 changes nothing.",
    },
  },
  halo: ({ sigma }) => Math.round(4 * sigma),
  slicewise: true,
});
