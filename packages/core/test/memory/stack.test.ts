import {
  createHostArray,
  createMemoryRegistry,
  createTypedArray,
  dtypes,
  hostPool,
  isHostArray,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createShader, createTensor } from "../support/devices.ts";
import { gridBackend, gridFrom } from "../support/grid.ts";

const memory = createMemoryRegistry([gridBackend(), createShader().type, createTensor().type], []);
const types = ["host", "grid", "shader", "tensor"] as const;

test("property: slices that are stacked and unstacked are what they were, in every memory type and dtype", async () => {
  const drawn = fc.record({
    type: fc.constantFrom(...types),
    to: fc.constantFrom(...types),
    dtype: fc.constantFrom(...dtypes),
    depth: fc.integer({ min: 1, max: 5 }),
    shape: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ type, to, dtype, depth, shape }) => {
      const hosts = Array.from({ length: depth }, (_, z) => {
        const data = createTypedArray(dtype, shape[0] * shape[1]);
        for (let i = 0; i < data.length; i++) data[i] = dtype === "bool" ? (i + z) % 2 : i + 10 * z;
        return createHostArray(shape, dtype, data);
      });
      const slices = await Promise.all(hosts.map((host) => memory.convert(host, type)));
      const stack = await memory.stack(slices, to);
      expect(memory.typeOf(stack)).toBe(to);
      expect(memory.describe(stack)).toMatchObject({ shape: [depth, ...shape], dtype });
      const back = await memory.unstack(stack);
      expect(back.map((slice) => memory.typeOf(slice))).toEqual(hosts.map(() => to));
      expect(await Promise.all(back.map((slice) => memory.convert(slice, "host")))).toEqual(hosts);
    }),
    { numRuns: 150 },
  );
});

test("slices of several memory types make one stack, by default of the first one's", async () => {
  const grid = gridFrom([1, 2], "uint16", (i) => i);
  const shader = await memory.convert(createHostArray([1, 2], "uint16", Uint16Array.of(7, 8)), "shader");
  const stack = await memory.stack([grid, shader]);
  expect(memory.typeOf(stack)).toBe("grid");
  expect([...(await memory.convert(stack, "host")).data]).toEqual([0, 1, 7, 8]);
});

test("slices that do not belong together are refused with index, shapes and dtypes", async () => {
  const slice = (shape: readonly number[], dtype: "uint8" | "uint16") => gridFrom(shape, dtype, () => 0);
  const good = slice([4, 5], "uint16");
  await expect(memory.stack([])).rejects.toThrow("The list of slices is empty");
  await expect(memory.stack([good, good, slice([5], "uint16")])).rejects.toThrow(
    "Slice 2 has the shape (5); a slice is 2-D [Y, X].",
  );
  await expect(memory.stack([good, slice([4, 6], "uint16")])).rejects.toThrow(
    "Slice 1 has the shape (4, 6), but slice 0 has (4, 5).",
  );
  await expect(memory.stack([good, good, slice([4, 5], "uint8")])).rejects.toMatchObject({
    code: "dtype",
    message: expect.stringContaining("Slice 2 is uint8, but slice 0 is uint16."),
  });
  await expect(memory.stack([good, slice([4, 5], "uint8")])).rejects.toThrow("Slice 1 is uint8");
});

test.each([[[4, 5]], [[1, 2, 3, 4]]])("an array of shape %j is no stack", async (shape) => {
  await expect(memory.unstack(gridFrom(shape, "uint8", () => 0))).rejects.toThrow(
    `A stack has three dimensions [Z, Y, X]; this array has the shape (${shape.join(", ")}).`,
  );
});

test("the slices of a host stack are views", async () => {
  const stack = createHostArray([2, 1, 1], "uint8");
  const [first] = await memory.unstack(stack);
  expect(isHostArray(first) && first.data.buffer).toBe(stack.data.buffer);
});

test("memory for a stack goes back to the pool where one of its slices can't be read", async () => {
  const shader = createShader();
  const mixed = createMemoryRegistry([gridBackend(), shader.type], []);
  const gone = shader.create([30, 40], "uint16", new Uint16Array(1200));
  shader.type.dispose?.(gone);
  hostPool.release(hostPool.allocate([2, 30, 40], "uint16").data);
  const before = hostPool.idleBytes;
  await expect(mixed.stack([gridFrom([30, 40], "uint16", () => 1), gone])).rejects.toThrow("was disposed of");
  expect(hostPool.idleBytes).toBe(before);
});
