import { createHostPool } from "@platewright/core";
import { describe, expect, test } from "vitest";

describe("a pool with an arena", () => {
  const arena = () => ({ buffer: new ArrayBuffer(1 << 20), byteOffset: 1 << 16, byteLength: 1 << 18 });

  test("lends from the arena first, and beside it when that is full", () => {
    const pool = createHostPool(1 << 20);
    const own = arena();
    pool.adopt(own);
    pool.adopt(own);
    const first = pool.allocate([100, 1000], "uint16");
    const second = pool.allocate([100, 1000], "uint16");
    expect(first.data.buffer).toBe(own.buffer);
    expect(first.data.byteOffset).toBe(own.byteOffset);
    expect(second.data.buffer).not.toBe(own.buffer);
    expect(second.data.length).toBe(100_000);
  });

  test("tells the pieces of one buffer apart, and knows a view by the piece it lies in", () => {
    const pool = createHostPool(1 << 20);
    pool.adopt(arena());
    const a = pool.allocate([5000], "uint8");
    const b = pool.allocate([5000], "uint8");
    expect(a.data.buffer).toBe(b.data.buffer);
    expect(pool.storageOf(a.data)).not.toBe(pool.storageOf(b.data));
    expect(pool.storageOf(a.data.subarray(4500))).toBe(pool.storageOf(a.data));
    a.data.fill(1);
    b.data.fill(2);
    expect(a.data.every((value) => value === 1)).toBe(true);
  });

  test("lends a piece again once it is back, and takes it back once", () => {
    const pool = createHostPool(1 << 20);
    pool.adopt(arena());
    const a = pool.allocate([5000], "uint8");
    const storage = pool.storageOf(a.data);
    pool.release(a.data.subarray(10));
    pool.release(a.data);
    const [b, c] = [pool.allocate([5000], "uint8"), pool.allocate([5000], "uint8")];
    expect(pool.storageOf(b.data)).toBe(storage);
    expect(pool.storageOf(c.data)).not.toBe(storage);
  });
});

test("tells once that memory is released, whether or not it was lent", () => {
  const pool = createHostPool(1 << 20);
  const { data } = pool.allocate([5000], "uint8");
  const foreign = new Float32Array(10);
  const told: string[] = [];
  pool.onRelease(data.subarray(100), () => told.push("lent"));
  pool.onRelease(data, () => told.push("again"));
  pool.onRelease(foreign, () => told.push("foreign"));
  pool.release(data);
  pool.release(data);
  pool.release(foreign.subarray(3));
  expect(told).toEqual(["lent", "again", "foreign"]);
});

test("memory that is forgotten is told of once, and never lent again", () => {
  const pool = createHostPool(1 << 20);
  const { data } = pool.allocate([100, 100], "uint16");
  let told = 0;
  pool.onRelease(data, () => told++);
  pool.forget(pool.storageOf(data));
  pool.release(data);
  expect([told, pool.idleBytes]).toEqual([1, 0]);
  expect(pool.allocate([100, 100], "uint16").data.buffer).not.toBe(data.buffer);
});
