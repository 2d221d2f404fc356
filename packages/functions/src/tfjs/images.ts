import { castTensor, computeTensor, dtypeOfTensor } from "@platewright/backend-tfjs";
import { type DType, PlatewrightError } from "@platewright/core";
import type * as Tf from "@tensorflow/tfjs-core";
import { tf } from "./tf.ts";

/** Throws "array" where a tensor is no image: [Z, Y, X] or [Y, X], with at least one pixel. */
export function checkImage({ shape, size }: Tf.Tensor): void {
  if ((shape.length === 2 || shape.length === 3) && size > 0) return;
  throw new PlatewrightError(
    "array",
    `An image has the shape [Z, Y, X] or [Y, X] and at least one pixel; this has (${shape.join(", ")}).`,
    { shape: [...shape] },
  );
}

/**
 * Runs a computation on an image, as a stack of int32 or float32, and brings what comes back to a dtype and to the
 * image's own shape. Nothing else that is made stays.
 */
export async function mapImage(
  image: Tf.Tensor,
  dtype: DType | "same",
  compute: (stack: Tf.Tensor3D) => Tf.Tensor,
): Promise<Tf.Tensor> {
  checkImage(image);
  return computeTensor(tf, image, () => {
    const result = toDType(compute(toStack(image)), dtype === "same" ? dtypeOfTensor(image) : dtype);
    return tf.reshape(result, image.shape);
  });
}

/** Runs a computation that makes one slice of a stack: [Z, Y, X] becomes [1, Y, X], in a dtype. */
export async function reduceImage(
  image: Tf.Tensor,
  dtype: DType | "same",
  compute: (stack: Tf.Tensor3D) => Tf.Tensor,
): Promise<Tf.Tensor> {
  checkImage(image);
  return computeTensor(tf, image, () => {
    const stack = toStack(image);
    const result = toDType(compute(stack), dtype === "same" ? dtypeOfTensor(image) : dtype);
    return tf.reshape(result, [1, ...stack.shape.slice(1)]);
  });
}

/** The slice of a stack at a depth, as [1, Y, X]. */
export function sliceAt(stack: Tf.Tensor3D, z: number): Tf.Tensor3D {
  return stack.shape[0] === 1 ? stack : tf.slice(stack, [z, 0, 0], [1, -1, -1]);
}

/** Combines all slices of a stack, one after the other, keeping no more than two of them. */
export function foldSlices(
  stack: Tf.Tensor3D,
  first: (slice: Tf.Tensor3D) => Tf.Tensor3D,
  combine: (sum: Tf.Tensor3D, slice: Tf.Tensor3D, z: number) => Tf.Tensor3D,
): Tf.Tensor3D {
  let sum = tf.tidy(() => first(sliceAt(stack, 0)));
  for (let z = 1; z < stack.shape[0]; z++) {
    sum = replace(sum, (before) => combine(before, sliceAt(stack, z), z));
  }
  return sum;
}

/** The next value of a tensor; the one before, which must not be an input, is let go of. */
export function replace<T extends Tf.Tensor>(before: T, next: (before: T) => T): T {
  const after = tf.tidy(() => next(before));
  if (after !== before) before.dispose();
  return after;
}

/** Masks are rounded like the other whole numbers, instead of being everything that is not 0. */
function toDType(result: Tf.Tensor, dtype: DType): Tf.Tensor {
  const isFraction = dtype === "bool" && result.dtype === "float32";
  return castTensor(tf, isFraction ? tf.round(result) : result, dtype);
}

function toStack(image: Tf.Tensor): Tf.Tensor3D {
  const [width = 0, height = 0, depth = 1] = [...image.shape].reverse();
  const stack: Tf.Tensor3D = tf.reshape(image, [depth, height, width]);
  return image.dtype === "bool" ? tf.cast(stack, "int32") : stack;
}
