import type { NdArray } from "@platewright/backend-ndarray";
import { HalfArray, ndarrayBackend, toDense } from "@platewright/backend-ndarray";
import { type GpuArray, gpuDTypes } from "@platewright/backend-webgpu";
import * as cpuFunctions from "@platewright/functions/ndarray";
import * as gpuFunctions from "@platewright/functions/webgpu";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Gpu, openGpu } from "./on-gpu.ts";
import { randomStack, type Spread, shapes } from "./stacks.ts";

type Cpu = (stack: NdArray, params?: object) => NdArray;
type OnGpu = (stack: GpuArray, params?: object) => Promise<GpuArray>;

const onCpu = new Map(Object.entries(cpuFunctions) as [string, unknown][]) as ReadonlyMap<string, Cpu>;
const onGpu = new Map(Object.entries(gpuFunctions) as [string, unknown][]) as ReadonlyMap<string, OnGpu>;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});

const cases: readonly (readonly [name: keyof typeof gpuFunctions, params: object])[] = [
  ["maxProjection", {}],
  ["minProjection", {}],
  ["meanProjection", {}],
  ["sumProjection", {}],
  ["projection", { method: "mean" }],
  ["composite", {}],
  ["threshold", { value: 120.5 }],
  ["threshold", { value: -1 }],
  ["threshold", { value: 1e12 }],
  ["threshold", { value: 0.1 }],
  ["gaussian", { sigma: 1.3 }],
  ["gaussian", { sigma: 0 }],
  ["gaussian", { sigma: 40 }],
  ["otsuThreshold", {}],
  ["percentileNormalize", {}],
  ["percentileNormalize", { low: 12.5, high: 60 }],
  ["stackPercentileNormalize", {}],
  ["stackPercentileNormalize", { low: 0, high: 100 }],
  ["erosion", {}],
  ["dilation", { radius: 2, shape: "square" }],
  ["opening", { radius: 14 }],
  ["opening", { footprint: "11/11" }],
  ["closing", { footprint: "0110/1010/0010" }],
  ["closing", { radius: 20, shape: "square" }],
  ["erosion", { footprint: "100" }],
  ["whiteTophat", { radius: 9 }],
  ["whiteTophat", { shape: "square" }],
  ["whiteTophat", { footprint: "1101/1111" }],
];

const spreads: readonly Spread[] = ["whole range", "few levels", "camera"];

describe.each(cases)("%s %j", (name, params) => {
  const takesMasks = !name.toLowerCase().includes("percentile");
  it.each(gpuDTypes.filter((dtype) => takesMasks || dtype !== "bool"))(
    "of %s equals the ndarray variant",
    async (dtype) => {
      for (const [s, shape] of shapes.entries()) {
        const stack = randomStack(shape, dtype, spreads[s % spreads.length] ?? "camera", s + 1);
        const expected = onCpu.get(name)?.(stack, params);
        for (const offset of [0, 3]) {
          const input = await gpu.upload(stack, offset);
          const before = gpu.device.usage();
          const result = await onGpu.get(name)?.(input, params);
          if (!result || !expected) throw new Error(`${name} has no twin.`);
          expect(gpu.device.usage().liveBuffers, "buffers").toBe(before.liveBuffers + 1);
          const got = await gpu.download(result);
          gpu.device.release(result.buffer);
          expect(gpu.device.usage().liveBytes, "bytes").toBe(before.liveBytes);
          gpu.device.release(input.buffer);
          expect(got.shape).toEqual([...expected.shape]);
          expect(ndarrayBackend().describe(got).dtype).toBe(ndarrayBackend().describe(expected).dtype);
          expectEqual(toDense(got), toDense(expected), `${name} ${dtype} ${shape}`);
        }
      }
    },
  );
});

// Slices with more pixels than grey levels take other ways than small ones.
describe.each<Spread>(["camera", "whole range", "few levels"])("a large stack of %s", (spread) => {
  const cases = ["uint8", "uint16", "int16"] as const;

  it.each(cases)("of %s is normalised and thresholded as on the CPU", async (dtype) => {
    const stack = randomStack([2, 401, 397], dtype, spread, 11);
    const input = await gpu.upload(stack, 1);
    const twins = [
      [cpuFunctions.percentileNormalize, gpuFunctions.percentileNormalize],
      [cpuFunctions.stackPercentileNormalize, gpuFunctions.stackPercentileNormalize],
      [cpuFunctions.otsuThreshold, gpuFunctions.otsuThreshold],
    ] as const;
    for (const [runOnCpu, runOnGpu] of twins) {
      const expected = runOnCpu(stack);
      const result = await runOnGpu(input);
      const got = await gpu.download(result);
      gpu.device.release(result.buffer);
      expect(ndarrayBackend().describe(got).dtype).toBe(ndarrayBackend().describe(expected).dtype);
      expectEqual(toDense(got), toDense(expected), `${spread} ${dtype}`);
    }
    gpu.device.release(input.buffer);
  });
});

const calls = fc.oneof(
  fc.record({ name: fc.constantFrom("erosion", "closing", "whiteTophat"), params: footprints() }),
  fc.record({
    name: fc.constant("gaussian"),
    params: fc.record({ sigma: fc.double({ min: 0, max: 9, noNaN: true }) }),
  }),
  fc.record({
    name: fc.constant("percentileNormalize"),
    params: fc.record({
      low: fc.double({ min: 0, max: 50, noNaN: true }),
      high: fc.double({ min: 51, max: 100, noNaN: true }),
    }),
  }),
  fc.record({ name: fc.constantFrom("otsuThreshold", "meanProjection"), params: fc.constant({}) }),
  fc.record({
    name: fc.constant("threshold"),
    params: fc.record({ value: fc.double({ min: -300, max: 70000, noNaN: true }) }),
  }),
);

function footprints() {
  return fc.oneof(
    fc.record({ radius: fc.integer({ min: 0, max: 30 }), shape: fc.constantFrom("disk", "square") }),
    fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }))
      .chain(([height, width]) =>
        fc.array(fc.array(fc.constantFrom("0", "1"), { minLength: width, maxLength: width }), {
          minLength: height,
          maxLength: height,
        }),
      )
      .map((rows) => ({ footprint: rows.map((row) => row.join("")).join("/") }))
      .filter(({ footprint }) => footprint.includes("1")),
  );
}

it("equals the ndarray variant for any stack and parameters", async () => {
  const side = (max: number) => fc.integer({ min: 1, max });
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.tuple(side(4), side(20), side(45)),
      fc.constantFrom("uint8", "uint16", "int16", "float16", "float32"),
      fc.constantFrom(...spreads),
      fc.nat(9),
      fc.nat(1e6),
      async ({ name, params }, shape, dtype, spread, offset, seed) => {
        const stack = randomStack(shape, dtype, spread, seed);
        const expected = onCpu.get(name)?.(stack, params);
        const input = await gpu.upload(stack, offset);
        const result = await onGpu.get(name)?.(input, params);
        if (!result || !expected) throw new Error(`${name} has no twin.`);
        const got = await gpu.download(result);
        for (const { buffer } of [input, result]) gpu.device.release(buffer);
        expectEqual(toDense(got), toDense(expected), `${name} ${dtype}`);
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
});

// WebGPU leaves a few units in the last place to what a device divides.
const quotients = /^(percentile|stackPercentile|mean|projection)/;

/** Whole numbers are equal; floats are within 1e-6 of the largest, or that is rounded to the next float16. */
function expectEqual(got: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const isFloat = expected instanceof Float32Array;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  const tolerance = isFloat ? 1e-6 * largest : 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? 0));
    if (off <= tolerance) continue;
    const step = Math.max(2 ** -24, 2 ** -10 * Math.abs(expected[i] ?? 0));
    const isNext = expected instanceof HalfArray && off <= step;
    if (!(isNext && quotients.test(what)))
      expect.fail(`${what}: value ${i} is ${got[i]}, not ${expected[i]}`);
  }
}
