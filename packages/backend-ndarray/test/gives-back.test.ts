import { allocate, type NdArray, ndarray, ndarrayBackend } from "@platewright/backend-ndarray";
import {
  createMemoryRegistry,
  createPlatewright,
  definePipeline,
  hostPool,
  step,
  type TypedArray,
} from "@platewright/core";
import { afterEach, expect, test, vi } from "vitest";
import { createMemoryPlate } from "../../../test/support/memory-plate.ts";

afterEach(() => vi.restoreAllMocks());

/** Counts the pieces that the shared pool lends from now on and has not got back. */
function countLent(): () => number {
  const lent = new Set<object>();
  const { allocate: lend, release } = hostPool;
  vi.spyOn(hostPool, "allocate").mockImplementation((shape, dtype) => {
    const array = lend(shape, dtype);
    lent.add(hostPool.storageOf(array.data));
    return array;
  });
  vi.spyOn(hostPool, "release").mockImplementation((data: TypedArray) => {
    lent.delete(hostPool.storageOf(data));
    release(data);
  });
  return () => lent.size;
}

test.each([1, 3])("%i strided slices are joined by way of copies that are given back", async (count) => {
  const lent = countLent();
  const backend = ndarrayBackend();
  const registry = createMemoryRegistry([backend], []);
  const slices = Array.from({ length: count }, (_, i) => {
    const slice = allocate([30, 40], "uint16");
    slice.data.fill(i + 1);
    return slice.step(-1, 1) as NdArray;
  });
  const stack = await registry.stack(slices, "ndarray");
  expect([stack.shape, stack.get(count - 1, 5, 5)]).toEqual([[count, 30, 40], count]);
  for (const array of [...slices, stack]) backend.dispose?.(array);
  expect(lent()).toBe(0);
});

const upsideDown = ndarray(
  { name: "upsideDown" },
  (stack: NdArray): NdArray => stack.step(1, -1, 1) as NdArray,
);
const withMap = ndarray(
  { name: "withMap", specialOutputs: ["map"], materialize: { map: "tiff" } },
  (stack: NdArray) => [stack, { map: stack.step(1, -1, 1) as NdArray }] as const,
);

test.each([
  ["a strided stack that is stretched", step("a", upsideDown, { dtype: { rescale: [0, 5000] } })],
  ["a strided artifact that is kept as a file", step("a", withMap)],
])("%s is copied to memory that is given back", async (_, only) => {
  const made = createMemoryPlate({ wells: ["A01", "A02"], channels: 1, planes: 2, shape: [30, 40] });
  const pw = createPlatewright(ndarrayBackend(), made.storage, made.layout);
  const plate = await pw.openPlate("plate");
  const plan = await pw.compile(definePipeline({ name: "a", steps: [only] }), plate);
  const lent = countLent();
  const report = await pw.run(plan, { plate, out: "results" });
  expect(report.status).toBe("complete");
  expect(lent()).toBe(0);
});
