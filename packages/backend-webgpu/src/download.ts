import { bytesOf, bytesPerElement, type HostArray, hostPool } from "@platewright/core";
import { type GpuArray, paddedBytes } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";
import { chunkBytes, stagingOf } from "./staging.ts";
import { mapForReading } from "./webgpu-types.ts";

/**
 * Brings the raw bytes of an array to the host, into memory out of the shared pool. Nothing waits but the caller;
 * several may be under way at once. Throws "device-lost", "out-of-memory", "execution" for a buffer of another device.
 */
export async function download({ gpu, buffer, shape, dtype, offset }: GpuArray): Promise<HostArray> {
  const length = bytesOf(shape, dtype);
  const first = offset * bytesPerElement(dtype);
  const host = hostPool.allocate(shape, dtype);
  const bytes = new Uint8Array(host.data.buffer, host.data.byteOffset, length);
  const parts: Promise<void>[] = [];
  for (let at = 0; at < length; ) {
    const from = first + at;
    const skipped = from % 4; // copies begin on words
    const taken = Math.min(chunkBytes - skipped, length - at);
    parts.push(readInto(gpu, buffer, from - skipped, skipped, bytes.subarray(at, at + taken)));
    at += taken;
  }
  // All have ended before the memory is lent again or handed out.
  const failed = (await Promise.allSettled(parts)).find(({ status }) => status === "rejected");
  if (failed) {
    hostPool.release(host.data);
    throw (failed as PromiseRejectedResult).reason;
  }
  gpu.count("downloaded", length);
  return host;
}

/** Reads bytes of a buffer, from `skipped` bytes after the word at byte `word` on, no more than a chunk. */
async function readInto(
  gpu: GpuDevice,
  buffer: GPUBuffer,
  word: number,
  skipped: number,
  out: Uint8Array,
): Promise<void> {
  const staging = stagingOf(gpu);
  const size = paddedBytes(skipped + out.length);
  const chunk = await staging.lend();
  try {
    await guard(gpu, `Downloading ${out.length} bytes`, () => {
      const encoder = gpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, word, chunk, 0, size);
      gpu.device.queue.submit([encoder.finish()]);
    });
    await chunk.mapAsync(mapForReading, 0, size).catch((thrown) => {
      gpu.check(); // a loss is said as such
      throw thrown;
    });
    out.set(new Uint8Array(chunk.getMappedRange(0, size), skipped, out.length));
    chunk.unmap();
  } finally {
    staging.giveBack(chunk);
  }
}
