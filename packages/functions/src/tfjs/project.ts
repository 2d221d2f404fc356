import type * as Tf from "@tensorflow/tfjs-core";
import {
  maxProjectionContract,
  meanProjectionContract,
  minProjectionContract,
  type ProjectionParams,
  projectionContract,
  sumProjectionContract,
  unknownMethod,
} from "../contracts/project.ts";
import { extremumOf } from "./extremum.ts";
import { foldSlices, reduceImage } from "./images.ts";
import { tensors, tf } from "./tf.ts";

/** Predicted nanoseconds for each pixel of the stack, on a GPU. */
const cost = 0.005;

/** The greatest value along z at every pixel. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const maxProjection = tensors({ ...maxProjectionContract, cost }, (stack: Tf.Tensor) =>
  project(stack, "max"),
);

/** The least value along z at every pixel. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const minProjection = tensors({ ...minProjectionContract, cost }, (stack: Tf.Tensor) =>
  project(stack, "min"),
);

/**
 * The mean along z at every pixel, integers rounded half to even, exactly where the sum stays below 2^24 (256 slices of
 * uint16). [Z, Y, X] becomes [1, Y, X] of the same dtype.
 */
export const meanProjection = tensors({ ...meanProjectionContract, cost }, (stack: Tf.Tensor) =>
  project(stack, "mean"),
);

/** The sum along z at every pixel, in float32; whole numbers are exact up to 2^24. [Z, Y, X] becomes [1, Y, X]. */
export const sumProjection = tensors({ ...sumProjectionContract, cost }, (stack: Tf.Tensor) =>
  reduceImage(stack, "float32", sumOf),
);

/** The projection along z that `method` names: the same as `maxProjection`, `minProjection` or `meanProjection`. */
export const projection = tensors(
  { ...projectionContract, cost },
  (stack: Tf.Tensor, { method = "max" }: ProjectionParams = {}) => project(stack, method),
);

async function project(stack: Tf.Tensor, method: "max" | "min" | "mean"): Promise<Tf.Tensor> {
  if (method === "max") return reduceImage(stack, "same", (slices) => extremumAlong(slices, "maximum"));
  if (method === "min") return reduceImage(stack, "same", (slices) => extremumAlong(slices, "minimum"));
  if (method !== "mean") throw unknownMethod(method);
  const isFloat = stack.dtype === "float32";
  return reduceImage(stack, "same", (slices) => {
    const [depth] = slices.shape;
    return isFloat ? tf.div(sumOf(slices), tf.scalar(depth)) : roundedQuotient(sumOf(slices), depth);
  });
}

function extremumAlong(slices: Tf.Tensor3D, kind: "minimum" | "maximum"): Tf.Tensor3D {
  return foldSlices(slices, tf.clone, extremumOf(slices, kind));
}

function sumOf(slices: Tf.Tensor3D): Tf.Tensor3D {
  return foldSlices(
    slices,
    (slice) => tf.cast(slice, "float32"),
    (sum, slice) => tf.add(sum, tf.cast(slice, "float32")),
  );
}

/** A sum of whole numbers divided by a whole number, rounded half to even, without trusting a device's division. */
function roundedQuotient(sum: Tf.Tensor, divisor: number): Tf.Tensor {
  const by = tf.scalar(divisor);
  const guess = tf.floor(tf.div(sum, by));
  const guessRest = tf.sub(sum, tf.mul(guess, by));
  const below = tf.cast(tf.less(guessRest, 0), "float32");
  const above = tf.cast(tf.greaterEqual(guessRest, by), "float32");
  const whole = tf.add(tf.sub(guess, below), above);
  const twiceRest = tf.mul(tf.sub(sum, tf.mul(whole, by)), 2);
  const isOdd = tf.sub(whole, tf.mul(tf.floor(tf.mul(whole, 0.5)), 2));
  const up = tf.logicalOr(
    tf.greater(twiceRest, by),
    tf.logicalAnd(tf.equal(twiceRest, by), tf.cast(isOdd, "bool")),
  );
  return tf.add(whole, tf.cast(up, "float32"));
}
