import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { PlatewrightError } from "@platewright/core";
import { kernels } from "./kernels.ts";
import { allocatePixels, slicesOf, withDense } from "./slices.ts";

/** How much each slice counts. */
export interface CompositeParams {
  /** One number of at least 0 for each slice; only their ratios count. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Blends the slices of a stack, usually the channels of one site, into one: their weighted mean, computed in float32,
 * in the input's dtype, integers truncated. [N, Y, X] becomes [1, Y, X]. Throws "parameter" where the weights do not
 * fit the slices.
 *
 * @example
 * step("composite", use(composite, { weights: [0.7, 0.3] }), { variableComponents: ["channel"] })
 */
export const composite = ndarray(
  {
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
    slices: "one",
    halo: 0,
  },
  (stack: NdArray, { weights }: CompositeParams = {}): NdArray =>
    withDense(stack, (dense) => {
      const shares = sharesOf(weights, dense.depth);
      const result = allocatePixels([1, dense.height, dense.width], dense.dtype);
      const slices = slicesOf(dense).map(({ data }) => data);
      kernels().composite(slices, shares, result.pixels);
      return result.array;
    }),
);

function sharesOf(weights: readonly number[] | undefined, slices: number): number[] {
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
