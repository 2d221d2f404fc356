import {
  decodeFloat16,
  type HostArray,
  hostPool,
  storedBytesOf,
  storedBytesPerElement,
} from "@platewright/core";
import { type GpuArray, paddedBytes } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";
import { chunkBytes, stagingOf } from "./staging.ts";
import { mapForReading } from "./webgpu-types.ts";

/**
 * Brings the values of an array to the host, into memory out of the shared pool. Nothing waits but the caller;
 * several may be under way at once. Throws "device-lost", "out-of-memory", "execution" for a buffer of another device.
 */
export async function download({ gpu, buffer, shape, dtype, offset }: GpuArray): Promise<HostArray> {
  const length = storedBytesOf(shape, dtype);
  const first = offset * storedBytesPerElement(dtype);
  const host = hostPool.allocate(shape, dtype);
  // Stored values that are narrower lie at the end, from where they widen into the memory before them.
  const { buffer: memory, byteOffset, byteLength } = host.data;
  const bytes = new Uint8Array(memory, byteOffset + byteLength - length, length);
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
  if (dtype === "float16") {
    decodeFloat16(new Uint16Array(memory, bytes.byteOffset, length / 2), host.data as Float32Array);
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
