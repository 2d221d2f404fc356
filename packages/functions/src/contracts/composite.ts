import { defineContract, PlatewrightError } from "@platewright/core";

/** How much each slice counts. */
export interface CompositeParams {
  /** One number of at least 0 for each slice; only their ratios count. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
}

/** `composite` in every memory type. */
export const compositeContract = defineContract({
  name: "composite",
  package: "@platewright/functions",
  params: {
    weights: {
      type: "array",
      items: { type: "number" },
      optional: true,
      description:
        "One weight of at least 0 for each slice, in the stack's order; only their ratios count. Left out: all alike.",
    },
  },
  slices: (slices, { weights }) => {
    sharesOf(weights, slices);
    return 1;
  },
  halo: 0,
});

/** The share of each slice, all together 1. Throws "parameter" where the weights do not fit the number of slices. */
export function sharesOf(weights: readonly number[] | undefined, slices: number): number[] {
  if (weights === undefined) return new Array<number>(slices).fill(1 / slices);
  const remedy = `Give ${slices} weight${slices === 1 ? "" : "s"}, one for each slice, or leave weights out.`;
  if (weights.length !== slices) {
    throw new PlatewrightError(
      "parameter",
      `composite has ${weights.length} weights [${weights.join(", ")}] for a stack of ${slices} slices. ${remedy}`,
      { weights, slices },
    );
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(sum > 0) || !Number.isFinite(sum)) {
    throw new PlatewrightError(
      "parameter",
      `composite has the weights [${weights.join(", ")}]. Use finite numbers of at least 0, not all of them 0.`,
      { weights },
    );
  }
  return weights.map((weight) => weight / sum);
}
