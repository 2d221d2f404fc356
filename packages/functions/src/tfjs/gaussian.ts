import { gaussianWeights } from "@platewright/kernels";
import type * as Tf from "@tensorflow/tfjs-core";
import { type GaussianParams, gaussianContract } from "../contracts/gaussian.ts";
import { padReflected } from "./border.ts";
import { mapImage } from "./images.ts";
import { tensors, tf } from "./tf.ts";

/** Radius of the gaussian, in σ. */
const truncate = 4;

/**
 * Smooths each slice with a gaussian of radius 4 σ, the border reflected, as scipy.ndimage.gaussian_filter, in float32
 * and given in the input's dtype: integers are rounded half to even. The order of the sums is the library's, so that a
 * pixel that falls close to a half may be one level off.
 */
export const gaussian = tensors(
  { ...gaussianContract, cost: ({ sigma }) => 0.01 + 0.03 * sigma },
  async (stack: Tf.Tensor, { sigma = 1 }: GaussianParams = {}) => {
    const side = gaussianWeights(sigma, truncate);
    return mapImage(stack, "same", (slices) => {
      const radius = side.length - 1;
      if (radius === 0) return slices;
      const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => side[Math.abs(i - radius)] as number);
      const rows = convolve(padReflected(tf.cast(slices, "float32"), 1, -radius, radius), weights, 1);
      return convolve(padReflected(rows, 2, -radius, radius), weights, 2);
    });
  },
);

/** The weighted sums along an axis of a stack, where all weights lie within it. */
function convolve(stack: Tf.Tensor3D, weights: readonly number[], axis: 1 | 2): Tf.Tensor3D {
  const images = tf.expandDims(stack, 3) as Tf.Tensor4D;
  const shape: [number, number, number, number] =
    axis === 1 ? [weights.length, 1, 1, 1] : [1, weights.length, 1, 1];
  return tf.squeeze(tf.conv2d(images, tf.tensor4d([...weights], shape), 1, "valid"), [3]);
}
