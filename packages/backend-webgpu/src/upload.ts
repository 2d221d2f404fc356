import { encodeFloat16, type HostArray, storedBytesOf } from "@platewright/core";
import { createGpuArray, type GpuArray } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";

/**
 * Moves host values, as they are stored, to the beginning of a buffer, which has room for them in whole words. The values
 * may be changed afterwards. Throws "device-lost", "out-of-memory".
 */
async function upload(gpu: GpuDevice, host: HostArray, buffer: GPUBuffer): Promise<void> {
  const { queue } = gpu.device;
  const length = storedBytesOf(host.shape, host.dtype);
  const whole = length - (length % 4);
  await guard(gpu, `Uploading ${length} bytes`, () => {
    for (let at = 0; at < whole; at += pieceBytes) {
      queue.writeBuffer(buffer, at, storedPart(host, at, Math.min(at + pieceBytes, whole)));
    }
    if (whole === length) return;
    const lastWord = new Uint8Array(4);
    lastWord.set(storedPart(host, whole, length));
    queue.writeBuffer(buffer, whole, lastWord);
  });
  gpu.count("uploaded", length);
}

/** Bytes that are handed to the device at once, so that what has to be copied before is small and reused. */
const pieceBytes = 2 ** 23;

/** The stored bytes of an array's values `from` … `to`, both on whole values. */
function storedPart({ dtype, data }: HostArray, from: number, to: number): Uint8Array<ArrayBuffer> {
  if (dtype !== "float16") return unshared(new Uint8Array(data.buffer, data.byteOffset + from, to - from));
  const halves = new Uint16Array((to - from) / 2);
  encodeFloat16(data.subarray(from / 2, to / 2) as Float32Array, halves);
  return new Uint8Array(halves.buffer);
}

/** The same bytes in memory of this thread alone: Dawn ends the process where it is handed other memory. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** An array on a device with the values of a host array. Throws "dtype" for float64, "device-lost", "out-of-memory". */
export async function uploadArray(gpu: GpuDevice, host: HostArray): Promise<GpuArray> {
  const array = await createGpuArray(gpu, host.shape, host.dtype);
  try {
    await upload(gpu, host, array.buffer);
    return array;
  } catch (thrown) {
    gpu.release(array.buffer);
    throw thrown;
  }
}
