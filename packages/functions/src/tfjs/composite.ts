import type * as Tf from "@tensorflow/tfjs-core";
import { type CompositeParams, compositeContract, sharesOf } from "../contracts/composite.ts";
import { checkImage, foldSlices, reduceImage } from "./images.ts";
import { tensors, tf } from "./tf.ts";

/**
 * Blends the slices of a stack, usually the channels of one site, into one: their weighted mean, computed in float32,
 * in the input's dtype, integers truncated. [N, Y, X] becomes [1, Y, X]. Throws "parameter" where the weights do not
 * fit the slices.
 */
export const composite = tensors(
  { ...compositeContract, cost: 0.01 },
  async (stack: Tf.Tensor, { weights }: CompositeParams = {}) => {
    checkImage(stack);
    const shares = sharesOf(weights, stack.shape.length === 3 ? (stack.shape[0] ?? 1) : 1);
    const weighted = (slice: Tf.Tensor3D, z: number): Tf.Tensor3D =>
      tf.mul(tf.cast(slice, "float32"), tf.scalar(shares[z] ?? 0));
    return reduceImage(stack, "same", (slices) => {
      const sum = foldSlices(
        slices,
        (slice) => weighted(slice, 0),
        (before, slice, z) => tf.add(before, weighted(slice, z)),
      );
      return stack.dtype === "float32" ? sum : truncate(sum);
    });
  },
);

function truncate(values: Tf.Tensor): Tf.Tensor {
  return tf.where(tf.less(values, 0), tf.ceil(values), tf.floor(values));
}
