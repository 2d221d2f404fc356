import { expect, it } from "vitest";
import { createBufferPool } from "../src/buffer-pool.ts";

/** A buffer that notes when it is destroyed. */
function bufferOf(size: number, destroyed: GPUBuffer[] = []): GPUBuffer {
  const buffer = { size, destroy: () => void destroyed.push(buffer) } as unknown as GPUBuffer;
  return buffer;
}

it("lends the buffer that came back last, of exactly the size", () => {
  const pool = createBufferPool(100);
  const buffers = [8, 8, 16].map((size) => bufferOf(size));
  for (const buffer of buffers) pool.enter(buffer);
  for (const buffer of buffers) pool.giveBack(buffer);
  expect(pool.usage()).toEqual({ liveBytes: 0, liveBuffers: 0, idleBytes: 32 });
  expect(pool.take(12)).toBeUndefined();
  expect(pool.take(8)).toBe(buffers[1]);
  expect(pool.take(8)).toBe(buffers[0]);
  expect(pool.usage()).toEqual({ liveBytes: 16, liveBuffers: 2, idleBytes: 16 });
});

it("destroys those that lay longest where more lies ready than it may keep, and tells who listens", () => {
  const destroyed: GPUBuffer[] = [];
  const pool = createBufferPool(20);
  const buffers = [8, 8, 8].map((size) => bufferOf(size, destroyed));
  const told: number[] = [];
  for (const [i, buffer] of buffers.entries()) {
    pool.enter(buffer);
    pool.onRelease(buffer, () => told.push(i));
  }
  for (const buffer of buffers) pool.giveBack(buffer);
  pool.giveBack(buffers[2] as GPUBuffer);
  expect(told).toEqual([0, 1, 2]);
  expect(destroyed).toEqual([buffers[0]]);
  expect(pool.usage().idleBytes).toBe(16);
});
