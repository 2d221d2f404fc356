import { bytesOf, bytesPerElement, type HostArray, hostPool } from "@platewright/core";
import { type GpuArray, paddedBytes } from "./gpu-array.ts";
import { guard } from "./guard.ts";
import { bufferUsage, mapRead } from "./webgpu-types.ts";

/** Brings the raw bytes of an array to the host, into memory out of the shared pool. Several may be under way at once. */
export async function download({ gpu, buffer, shape, dtype, offset }: GpuArray): Promise<HostArray> {
  const bytes = bytesOf(shape, dtype);
  const first = offset * bytesPerElement(dtype);
  const from = first - (first % 4); // copies begin and end on words
  const size = paddedBytes(first + bytes) - from;
  const staging = await guard(gpu, `Downloading ${bytes} bytes`, () => {
    const staging = gpu.device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyTarget });
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, from, staging, 0, size);
    gpu.device.queue.submit([encoder.finish()]);
    return staging;
  });
  try {
    await staging.mapAsync(mapRead);
    const host = hostPool.allocate(shape, dtype);
    const { data } = host;
    const mapped = new Uint8Array(staging.getMappedRange(), first - from, bytes);
    new Uint8Array(data.buffer, data.byteOffset, bytes).set(mapped);
    return host;
  } catch (thrown) {
    gpu.check();
    throw thrown;
  } finally {
    staging.destroy();
  }
}
