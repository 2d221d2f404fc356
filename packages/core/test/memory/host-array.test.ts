import { bytesOf, createHostArray, createHostPool, isHostArray, sizeOf, sliceOf } from "@platewright/core";
import { expect, test } from "vitest";

test("a host array is exactly as long as its shape says", () => {
  expect(createHostArray([2, 3], "uint16").data).toEqual(new Uint16Array(6));
  expect(() => createHostArray([2, 3], "uint8", new Uint8Array(5))).toThrow(
    "An array of shape (2, 3) holds 6 values, but its data has 5.",
  );
  expect(() => createHostArray([-1], "uint8")).toThrow("An array can't have the shape (-1).");
  expect(() => createHostArray([1.5], "uint8")).toThrow("(1.5)");
  expect([sizeOf([]), sizeOf([4, 0]), bytesOf([2, 5], "float64")]).toEqual([1, 0, 80]);
});

test("a slice shares the memory of its stack", () => {
  const stack = createHostArray([2, 1, 2], "int16", Int16Array.of(1, 2, 3, 4));
  const slice = sliceOf(stack, 1);
  expect(slice).toEqual({ shape: [1, 2], dtype: "int16", data: Int16Array.of(3, 4) });
  slice.data[0] = 9;
  expect(stack.data[2]).toBe(9);
});

test("an array of a library is no host array, even where it looks alike", () => {
  const array = createHostArray([1], "uint8");
  expect(isHostArray(array)).toBe(true);
  for (const other of [
    { ...array, stride: [1] },
    { ...array, strides: [1] },
    { ...array, dtype: "x" },
    [1],
    null,
    3,
  ]) {
    expect(isHostArray(other)).toBe(false);
  }
});

test("a pool lends memory again that came back, to one borrower only", () => {
  const pool = createHostPool(1 << 20);
  const first = pool.allocate([100, 100], "uint16");
  pool.release(first.data);
  expect(pool.idleBytes).toBeGreaterThanOrEqual(20_000);
  pool.release(first.data);
  const second = pool.allocate([100, 100], "uint16");
  const third = pool.allocate([100, 100], "uint16");
  expect(second.data.buffer).toBe(first.data.buffer);
  expect(third.data.buffer).not.toBe(first.data.buffer);
});

test("a pool ignores memory that is not its own, and keeps no more than it may", () => {
  const pool = createHostPool(8192);
  pool.release(new Uint8Array(64));
  expect(pool.idleBytes).toBe(0);
  const arrays = [1, 2, 3].map(() => pool.allocate([4096], "uint8"));
  for (const { data } of arrays) pool.release(data);
  expect(pool.idleBytes).toBe(8192);
  pool.clear();
  expect(pool.idleBytes).toBe(0);
});
