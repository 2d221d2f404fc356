import { wrap } from "@platewright/backend-ndarray";
import type { GpuArray } from "@platewright/backend-webgpu";
import { contractOf, family, isPlatewrightError } from "@platewright/core";
import * as cpuFunctions from "@platewright/functions/ndarray";
import * as gpuFunctions from "@platewright/functions/webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { type Gpu, openGpu } from "./on-gpu.ts";
import { randomStack } from "./stacks.ts";

let gpu: Gpu;
/** A device without memory, but for what is lent to it. */
let poor: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
  poor = await openGpu(0);
});

const cpuContracts = new Map(
  Object.entries(cpuFunctions).map(([name, fn]) => [name, contractOf(fn as unknown)]),
);
type OnGpu = (stack: GpuArray, params?: object) => Promise<GpuArray>;
const functions = Object.entries(gpuFunctions) as unknown as [string, OnGpu][];

describe.each(functions)("%s", (name, run) => {
  const contract = contractOf(run as unknown);
  const params = name === "threshold" ? { value: 100 } : {};

  it("has the contract of its ndarray twin, and a cost", () => {
    const { input, output, cost, workspace: _, ...rest } = contract ?? {};
    const twin = cpuContracts.get(name);
    expect([input, output]).toEqual(["webgpu", "webgpu"]);
    const { input: _i, output: _o, cost: _c, workspace: _w, ...twinRest } = twin ?? {};
    expect(rest).toEqual(twinRest);
    const defaults = { radius: 25, shape: "disk", sigma: 2 } as never;
    expect(typeof cost === "function" ? cost(defaults) : cost).toBeGreaterThan(0);
  });

  it("keeps nothing where memory runs out, wherever it does", async () => {
    const stack = randomStack([4, 40, 41], "uint16", "camera");
    let failures = 0;
    let isDone = false;
    for (let budget = 14_000; !isDone; budget += 12_000) {
      await poor.lend(budget, async () => {
        const input = await poor.upload(stack);
        const before = poor.device.usage();
        const result = await run(input, params).catch((thrown: unknown) => thrown);
        const { liveBytes, liveBuffers } = poor.device.usage();
        if (result instanceof Error) {
          expect(isPlatewrightError(result, "out-of-memory"), `${result}`).toBe(true);
          expect([liveBytes, liveBuffers]).toEqual([before.liveBytes, before.liveBuffers]);
          failures++;
        } else {
          poor.device.release((result as GpuArray).buffer);
          isDone = true;
        }
        poor.device.release(input.buffer);
      });
    }
    expect(failures).toBeGreaterThan(0);
  });
});

it("joins with the ndarray variants into families", () => {
  const smooth = family("gaussian", { ndarray: cpuFunctions.gaussian, webgpu: gpuFunctions.gaussian });
  expect(smooth.webgpu).toBe(gpuFunctions.gaussian);
});

it.each([[[5]], [[1, 2, 3, 4]]])("refuses an image of shape %j", async (shape) => {
  const size = shape.reduce((product, side) => product * side, 1);
  const image = await gpu.upload(wrap(shape, "uint8", new Uint8Array(size)));
  for (const [, run] of functions) {
    await expect(run(image, { value: 1 })).rejects.toThrow(`this has (${shape.join(", ")})`);
  }
  gpu.device.release(image.buffer);
});

it("refuses masks, percentiles in the wrong order, unknown methods and weights that do not fit", async () => {
  const mask = await gpu.upload(wrap([1, 1, 2], "bool", Uint8Array.of(0, 1)));
  await expect(gpuFunctions.percentileNormalize(mask)).rejects.toThrow(/bool mask/);
  await expect(gpuFunctions.stackPercentileNormalize(mask, { low: 9, high: 9 })).rejects.toThrow(/low is 9/);
  await expect(gpuFunctions.projection(mask, { method: "median" as "max" })).rejects.toThrow(/"median"/);
  await expect(gpuFunctions.composite(mask, { weights: [1, 2] })).rejects.toThrow(/2 weights/);
  await expect(gpuFunctions.opening(mask, { footprint: "01/1" })).rejects.toThrow(/rows of 0 and 1/);
  gpu.device.release(mask.buffer);
});

it("says which slice has no threshold because a pixel is not finite, and normalises it to NaN", async () => {
  const image = await gpu.upload(wrap([2, 1, 3], "float32", Float32Array.of(1, 2, 3, 1, Number.NaN, 3)));
  await expect(gpuFunctions.otsuThreshold(image)).rejects.toThrow(
    "Slice 1 has pixels that are NaN or infinite",
  );
  const stretched = await gpuFunctions.percentileNormalize(image, { low: 0, high: 100 });
  const { data } = await gpu.download(stretched);
  expect([...(data as Float32Array)]).toEqual([0, 0.5, 1, Number.NaN, Number.NaN, Number.NaN]);
});

it("stops for its signal", async () => {
  const image = await gpu.upload(randomStack([1, 8, 8], "uint8", "camera"));
  const before = gpu.device.usage();
  const call = gpuFunctions.gaussian(image, { sigma: 1 }, { signal: AbortSignal.abort() });
  await expect(call).rejects.toSatisfy((error) => isPlatewrightError(error, "cancelled"));
  expect(gpu.device.usage().liveBytes).toBe(before.liveBytes);
});

it("keeps nothing of many calls under way together, some of which find no memory", async () => {
  const stack = randomStack([3, 50, 51], "uint16", "camera");
  await poor.lend(150_000, async () => {
    const input = await poor.upload(stack);
    const before = poor.device.usage();
    const calls = [...functions, ...functions].map(([, run]) => run(input, { value: 1, radius: 2 }));
    const settled = await Promise.allSettled(calls);
    for (const result of settled) {
      if (result.status === "fulfilled") poor.device.release(result.value.buffer);
      else expect(isPlatewrightError(result.reason, "out-of-memory"), `${result.reason}`).toBe(true);
    }
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
    const { liveBytes, liveBuffers } = poor.device.usage();
    expect([liveBytes, liveBuffers]).toEqual([before.liveBytes, before.liveBuffers]);
    poor.device.release(input.buffer);
  });
});

it.each([0, 1, 5, 20, 60])("says that the device was lost %i ms into calls", async (delay) => {
  const doomed = await openGpu();
  const input = await doomed.upload(randomStack([2, 30, 31], "uint8", "camera"));
  const calls = functions.map(([, run]) => run(input, { value: 1, radius: 2 }));
  const settled = Promise.allSettled(calls);
  await new Promise((resolve) => setTimeout(resolve, delay));
  doomed.device.device.destroy();
  for (const result of await settled) {
    if (result.status === "rejected")
      expect(isPlatewrightError(result.reason, "device-lost"), `${result.reason}`).toBe(true);
  }
  await doomed.device.lost;
  await expect(gpuFunctions.gaussian(input)).rejects.toSatisfy((error) =>
    isPlatewrightError(error, "device-lost"),
  );
});
