import type { NdArray } from "@platewright/backend-ndarray";
import { ndarrayBackend, toDense } from "@platewright/backend-ndarray";
import { type GpuArray, gpuDTypes } from "@platewright/backend-webgpu";
import * as cpuFunctions from "@platewright/functions/ndarray";
import * as gpuFunctions from "@platewright/functions/webgpu";
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

/** Whole numbers are equal; floats are within 1e-6 of the largest. */
function expectEqual(got: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const isFloat = expected instanceof Float32Array;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  const tolerance = isFloat ? 1e-6 * largest : 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? 0));
    if (!(off <= tolerance)) expect.fail(`${what}: value ${i} is ${got[i]}, not ${expected[i]}`);
  }
}
