import { type NdArray, ndarray, ndarrayBackend, wrap } from "@platewright/backend-ndarray";
import { shareBuffers, tfjsOnWebgpu } from "@platewright/backend-tfjs/webgpu";
import { type GpuLease, webgpuBackend } from "@platewright/backend-webgpu";
import { createPlatewright, definePipeline, explainPlan, type Pipeline, step, use } from "@platewright/core";
import * as onCpu from "@platewright/functions/ndarray";
import * as onTensors from "@platewright/functions/tfjs";
import * as onGpu from "@platewright/functions/webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeGpu } from "../support/gpu.ts";
import { createMemoryPlate } from "../support/memory-plate.ts";

const spec = { wells: ["A01", "B02"], channels: 2, planes: 3, shape: [40, 64] as const };
const stacks = spec.wells.length * spec.channels;
const stackValues = spec.planes * 40 * 64;

/** Brings a stack to float32, in which WebGPU and TensorFlow.js hold it alike. */
const toFloat = ndarray({ name: "toFloat", dtype: "float32", slicewise: true, halo: 0 }, (stack: NdArray) =>
  wrap(stack.shape, "float32", Float32Array.from(stack.data as Uint16Array)),
);

const webgpu = webgpuBackend();
const tfjs = tfjsOnWebgpu({ tf, webgpu });

const runOn = async (steps: Pipeline["steps"]) => {
  const memory = createMemoryPlate(spec);
  const pw = createPlatewright(
    ndarrayBackend(),
    webgpu,
    tfjs,
    ...shareBuffers(tfjs, webgpu),
    memory.storage,
    memory.layout,
  );
  const plate = await pw.openPlate("plate");
  const plan = await pw.compile(definePipeline({ name: "mixed", steps }), plate);
  const report = await pw.run(plan, { plate, out: "results" });
  expect(report.status).toBe("complete");
  const images = Object.entries(memory.images("results")).map(
    ([path, { data }]) => [path, [...data]] as const,
  );
  return { plan, report, images: Object.fromEntries(images) };
};

type Set = Pick<typeof onCpu, "whiteTophat" | "erosion" | "maxProjection">;
/** ndarray → first → second → first → ndarray. */
const stepsOver = (first: Set, second: Set, start: readonly Pipeline["steps"][number][]) => [
  ...start,
  step("background", use(first.whiteTophat, { radius: 4, shape: "square" })),
  step("project", second.maxProjection),
  step("erode", use(first.erosion, { radius: 1, shape: "square" })),
  step("threshold", use(onCpu.threshold, { value: 900 })),
];

describeGpu("a pipeline over ndarray, webgpu and tfjs", { timeout: 120_000 }, () => {
  let lease: GpuLease;
  beforeAll(async () => {
    lease = await webgpu.devices.lease("webgpu:0");
  });
  afterAll(() => {
    expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
    lease.release();
  });

  test("moves each float stack up once and down once, and shares it between webgpu and tfjs", async () => {
    const before = { ...lease.gpu.traffic };
    const start = [step("float", toFloat)];
    const mixed = await runOn(stepsOver(onGpu as never, onTensors as never, start));
    const { uploaded, downloaded, copied } = lease.gpu.traffic;
    const plane = 40 * 64 * 4;
    expect(uploaded - before.uploaded).toBe(stacks * stackValues * 4);
    expect(downloaded - before.downloaded).toBe(stacks * plane);
    expect(copied - before.copied).toBe(0);
    expect(explainPlan(mixed.plan)).toContain("webgpu → tfjs is a view: nothing is copied");
    expect(mixed.images).toEqual((await runOn(stepsOver(onCpu, onCpu, start))).images);
  });

  test("gives the very pixels of the CPU for integers, widened on the device", async () => {
    const before = { ...lease.gpu.traffic };
    const start = [step("normalise", use(onCpu.percentileNormalize, { low: 1, high: 99 }))];
    const mixed = await runOn(stepsOver(onGpu as never, onTensors as never, start));
    expect(lease.gpu.traffic.uploaded - before.uploaded).toBe(stacks * stackValues * 2);
    expect(explainPlan(mixed.plan)).toContain("webgpu → tfjs (device-copy");
    expect(mixed.images).toEqual((await runOn(stepsOver(onCpu, onCpu, start))).images);
  });
});
