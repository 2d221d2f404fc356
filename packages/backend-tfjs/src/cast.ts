import { type DType, integerRange, nanInInteger } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { dtypeOfTensor, heldAs, markDType, type Tf } from "./tensor.ts";

/**
 * The tensor in another dtype, computed where it lies, as core's `castArray` does it: into integers rounded half to even
 * and saturated, into `bool` whether the value is not 0, into `float16` rounded half to even. The values must not be NaN where integers are wanted; see
 * `checkNoNaN`. A new tensor, unless the dtype is the same.
 */
export function castTensor(tf: Tf, tensor: Tensor, dtype: DType): Tensor {
  const own = dtypeOfTensor(tensor);
  if (own === dtype) return tensor;
  heldAs(dtype);
  return tf.tidy(() => {
    if (dtype === "float32") return asFloat(tf, tensor);
    if (dtype === "float16") return markDType(roundToFloat16(tf, asFloat(tf, tensor)), dtype);
    if (dtype === "bool") return isNotZero(tf, tensor);
    return markDType(
      tensor.dtype === "float32" ? roundInto(tf, tensor, dtype) : clampInto(tf, tensor, dtype),
      dtype,
    );
  });
}

/** Throws "dtype" where a float tensor that becomes integers has a NaN; reads one value back from a device, and all only where there is one. */
export async function checkNoNaN(tf: Tf, tensor: Tensor, dtype: DType): Promise<void> {
  if (tensor.dtype !== "float32" || integerRange(dtype) === undefined || tensor.size === 0) return;
  const found = tf.tidy(() => tf.any(tf.isNaN(tensor)));
  const [isThere] = await found.data();
  found.dispose();
  if (isThere) throw nanInInteger((await tensor.data()).findIndex(Number.isNaN), dtype);
}

// A cast of floats would share the data, and with it the dtype that is remembered.
function asFloat(tf: Tf, tensor: Tensor): Tensor {
  return tensor.dtype === "float32" ? tf.mul(tensor, tf.scalar(1)) : tf.cast(tensor, "float32");
}

/**
 * Float32 values rounded half to even to those that float16 has: what is added to a value, by the power of two below it,
 * leaves no room for further digits in the sum.
 */
function roundToFloat16(tf: Tf, tensor: Tensor): Tensor {
  const magnitude = tf.abs(tensor);
  let rest = tf.mul(magnitude, tf.scalar(2 ** 14)); // float16 has the same digits for all below 2 ** -14
  let power: Tensor = tf.onesLike(rest);
  for (const bits of [16, 8, 4, 2, 1]) {
    const isLarge = tf.greaterEqual(rest, tf.scalar(2 ** bits));
    rest = tf.where(isLarge, tf.mul(rest, tf.scalar(2 ** -bits)), rest);
    power = tf.where(isLarge, tf.mul(power, tf.scalar(2 ** bits)), power);
  }
  const shifter = tf.mul(power, tf.scalar(2 ** -1));
  const rounded = tf.sub(tf.add(magnitude, shifter), shifter);
  const inRange = tf.where(
    tf.greater(rounded, tf.scalar(65504)),
    tf.fill(tensor.shape, Number.POSITIVE_INFINITY),
    rounded,
  );
  const signed = tf.where(tf.less(tensor, tf.scalar(0)), tf.neg(inRange), inRange);
  return tf.where(tf.equal(rounded, tf.scalar(0)), tf.mul(tensor, tf.scalar(0)), signed); // zeros keep their sign
}

function roundInto(tf: Tf, tensor: Tensor, dtype: DType): Tensor {
  const { min, max } = rangeOf(dtype);
  const whole = tf.cast(tf.round(tf.clipByValue(tensor, min, Math.min(max, 2147483520))), "int32");
  if (dtype !== "int32") return whole;
  // 2147483520 is the last float below the end of int32; what lies above it saturates.
  return tf.where(tf.greater(tensor, tf.scalar(2147483520)), tf.fill(tensor.shape, max, "int32"), whole);
}

// Not clipByValue: on wasm it takes integers for floats.
function clampInto(tf: Tf, tensor: Tensor, dtype: DType): Tensor {
  const whole = tensor.dtype === "int32" ? tensor : tf.cast(tensor, "int32");
  const range = rangeOf(dtype);
  const own = integerRange(dtypeOfTensor(tensor)) ?? { min: 0, max: 1 };
  let clamped = whole;
  if (own.min < range.min) clamped = tf.maximum(clamped, tf.scalar(range.min, "int32"));
  if (own.max > range.max) clamped = tf.minimum(clamped, tf.scalar(range.max, "int32"));
  // A clone would share the data, and with it the dtype that is remembered.
  return clamped === tensor ? tf.add(tensor, tf.scalar(0, "int32")) : clamped;
}

function rangeOf(dtype: DType): { readonly min: number; readonly max: number } {
  return integerRange(dtype) ?? { min: 0, max: 1 };
}

// NaN is greater than nothing, so it becomes false, as on the host. Of int32 the least value has no absolute one.
function isNotZero(tf: Tf, tensor: Tensor): Tensor {
  if (tensor.dtype === "float32") return tf.greater(tf.abs(tensor), tf.scalar(0));
  return tf.notEqual(tensor, tf.scalar(0, "int32"));
}
