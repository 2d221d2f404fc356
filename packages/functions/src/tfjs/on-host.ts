import { computeTensor, dtypeOfTensor, markDType, readTensor } from "@platewright/backend-tfjs";
import { createTypedArray, type DType } from "@platewright/core";
import type { Pixels } from "@platewright/kernels";
import type * as Tf from "@tensorflow/tfjs-core";
import { tf } from "./tf.ts";

/** The pixels of a tensor as kernels take them, in its own dtype; read back from the device. */
export async function readPixels(image: Tf.Tensor): Promise<Pixels> {
  const values = await readTensor(tf, image);
  const dtype = dtypeOfTensor(image);
  if (dtype === "float32" || dtype === "int32") return values;
  const pixels = createTypedArray(dtype, values.length);
  pixels.set(values);
  return pixels as Pixels;
}

/** A tensor of pixels on the device of another, of its shape. */
export function writePixels(like: Tf.Tensor, pixels: Pixels, dtype: DType): Promise<Tf.Tensor> {
  return computeTensor(tf, like, () => {
    const isFloat = pixels instanceof Float32Array;
    const values = isFloat ? pixels : Int32Array.from(pixels as ArrayLike<number>);
    return markDType(tf.tensor(values, like.shape, isFloat ? "float32" : "int32"), dtype);
  });
}
