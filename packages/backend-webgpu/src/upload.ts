import type { HostArray, TypedArray } from "@platewright/core";
import { createGpuArray, type GpuArray, paddedBytes } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";
import { chunkBytes, stagingOf } from "./staging.ts";

/**
 * Moves the raw bytes of host values to the beginning of a buffer, which has room for them in whole words. The values
 * may be changed afterwards. Throws "device-lost", "out-of-memory".
 */
export async function upload(gpu: GpuDevice, data: TypedArray, buffer: GPUBuffer): Promise<void> {
  // A view of bytes, never handed to the device: Dawn ends the process where such memory is shared between threads.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const staging = stagingOf(gpu);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const part = bytes.subarray(at, at + chunkBytes);
    const chunk = await staging.lend("up");
    try {
      await guard(gpu, `Uploading ${bytes.length} bytes`, () => {
        new Uint8Array(chunk.getMappedRange(0, Math.ceil(part.length / 8) * 8)).set(part);
        chunk.unmap();
        const encoder = gpu.device.createCommandEncoder();
        encoder.copyBufferToBuffer(chunk, 0, buffer, at, paddedBytes(part.length));
        gpu.device.queue.submit([encoder.finish()]);
      });
    } finally {
      staging.giveBack("up", chunk);
    }
  }
  gpu.count("uploaded", bytes.length);
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
