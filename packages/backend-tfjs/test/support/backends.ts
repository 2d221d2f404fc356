import {
  castValues,
  createHostArray,
  createTypedArray,
  type DType,
  type HostArray,
  sizeOf,
} from "@platewright/core";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";

export { tf };

/** Makes a backend the one that tensors are made on. */
export async function useBackend(name: "cpu" | "wasm"): Promise<void> {
  tf.enableProdMode(); // no advice to install another backend
  await tf.setBackend(name);
  await tf.ready();
}

/** A host array of any bits that the dtype may have. */
export function filled(shape: readonly number[], dtype: DType, byteOf: (i: number) => number): HostArray {
  const data = createTypedArray(dtype, sizeOf(shape));
  const bytes = new Uint8Array(data.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = dtype === "bool" ? byteOf(i) & 1 : byteOf(i);
  if (dtype === "float16") castValues(data, data, dtype);
  return createHostArray(shape, dtype, data);
}

/** The bytes under a host array, so that NaN payloads and negative zeros count. */
export function bytesOf({ data }: HostArray): number[] {
  return Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** What TensorFlow.js counts. */
export function counts(): { readonly numTensors: number; readonly numBytes: number } {
  const { numTensors, numBytes } = tf.memory();
  return { numTensors, numBytes };
}
