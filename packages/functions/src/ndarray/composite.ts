import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { type CompositeParams, compositeContract, sharesOf } from "../contracts/composite.ts";
import { kernels } from "../kernels.ts";
import { createImage, slicesOf, withDense } from "./slices.ts";

/**
 * Blends the slices of a stack, usually the channels of one site, into one: their weighted mean, computed in float32,
 * in the input's dtype, integers truncated. [N, Y, X] becomes [1, Y, X]. Throws "parameter" where the weights do not
 * fit the slices.
 *
 * @example
 * step("composite", use(composite, { weights: [0.7, 0.3] }), { variableComponents: ["channel"] })
 */
export const composite = ndarray(
  { ...compositeContract, cost: 0.3 },
  (stack: NdArray, { weights }: CompositeParams = {}): NdArray =>
    withDense(stack, (dense) => {
      const shares = sharesOf(weights, dense.depth);
      const slices = slicesOf(dense).map(({ data }) => data);
      return createImage([1, dense.height, dense.width], dense.dtype, (pixels) =>
        kernels().composite(slices, shares, pixels),
      );
    }),
);
