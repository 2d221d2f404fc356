import type { HostArray, TypedArray } from "@platewright/core";
import { createGpuArray, type GpuArray } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";

/**
 * Moves the raw bytes of host values to the beginning of a buffer, which has room for them in whole words. The values
 * may be changed afterwards. Throws "device-lost", "out-of-memory".
 */
async function upload(gpu: GpuDevice, data: TypedArray, buffer: GPUBuffer): Promise<void> {
  const { queue } = gpu.device;
  const length = data.byteLength;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, length);
  const whole = length - (length % 4);
  await guard(gpu, `Uploading ${length} bytes`, () => {
    for (let at = 0; at < whole; at += pieceBytes) {
      queue.writeBuffer(buffer, at, unshared(bytes.subarray(at, Math.min(at + pieceBytes, whole))));
    }
    if (whole === length) return;
    const lastWord = new Uint8Array(4);
    lastWord.set(bytes.subarray(whole));
    queue.writeBuffer(buffer, whole, lastWord);
  });
  gpu.count("uploaded", length);
}

/** Bytes that are handed to the device at once, so that what has to be copied before is small and reused. */
const pieceBytes = 2 ** 23;

/** The same bytes in memory of this thread alone: Dawn ends the process where it is handed other memory. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** An array on a device with the values of a host array. Throws "dtype" for float64, "device-lost", "out-of-memory". */
export async function uploadArray(gpu: GpuDevice, { shape, dtype, data }: HostArray): Promise<GpuArray> {
  const array = await createGpuArray(gpu, shape, dtype);
  try {
    await upload(gpu, data, array.buffer);
    return array;
  } catch (thrown) {
    gpu.release(array.buffer);
    throw thrown;
  }
}
