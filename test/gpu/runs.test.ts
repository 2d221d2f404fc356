import { ndarrayBackend } from "@platewright/backend-ndarray";
import { type GpuArray, webgpu, webgpuBackend } from "@platewright/backend-webgpu";
import {
  createPlatewright,
  type DeviceLease,
  definePipeline,
  type GlobalSettings,
  outOfMemory,
  type Pipeline,
  type RunEvent,
  type RunReport,
  step,
  use,
} from "@platewright/core";
import * as onCpu from "@platewright/functions/ndarray";
import * as onGpu from "@platewright/functions/webgpu";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeGpu } from "../support/gpu.ts";
import { createMemoryPlate } from "../support/memory-plate.ts";

const spec = { wells: ["A01", "A02", "B03"], channels: 2, planes: 3, shape: [61, 45] as const };

interface Trial {
  readonly report: RunReport;
  readonly events: readonly RunEvent[];
  readonly images: Record<string, readonly number[]>;
}

// One device for all runs: shaders are compiled once.
const shared = webgpuBackend();

const runOn = async (
  steps: Pipeline["steps"],
  options: {
    readonly backend?: ReturnType<typeof webgpuBackend>;
    readonly wells?: readonly string[];
    readonly channels?: number;
    readonly settings?: GlobalSettings;
  } = {},
): Promise<Trial> => {
  const plate = createMemoryPlate({
    ...spec,
    wells: options.wells ?? spec.wells,
    channels: options.channels ?? spec.channels,
  });
  const { backend = shared, settings } = options;
  const pw = createPlatewright(ndarrayBackend(), backend, plate.storage, plate.layout);
  const opened = await pw.openPlate("plate");
  const plan = await pw.compile(definePipeline({ name: "trial", steps }), opened, { settings });
  const events: RunEvent[] = [];
  const report = await pw.run(plan, {
    plate: opened,
    out: "results",
    onEvent: (event) => events.push(event),
  });
  const images = Object.entries(plate.images("results")).map(
    ([path, { data }]) => [path, [...data]] as const,
  );
  return { report, events, images: Object.fromEntries(images) };
};

/** The same work with either set of functions; integers all the way, so that not a bit may differ. */
const stepsOf = (
  functions: Pick<typeof onGpu, "percentileNormalize" | "whiteTophat" | "maxProjection" | "composite">,
) => [
  step("normalise", use(functions.percentileNormalize, { low: 1, high: 99 })),
  step("background", use(functions.whiteTophat, { radius: 6, shape: "square" })),
  step("project", functions.maxProjection),
  step("composite", functions.composite, { variableComponents: ["channel"] }),
];

describeGpu("a plate on a WebGPU device", { timeout: 120_000 }, () => {
  let lease: DeviceLease;
  beforeAll(async () => {
    lease = await shared.devices.lease("webgpu:0");
  });
  afterAll(() => lease.release());

  test("has the same pixels as on the CPU", async () => {
    const gpu = await runOn(stepsOf(onGpu));
    const cpu = await runOn(stepsOf(onCpu as never));
    expect(gpu.report.status).toBe("complete");
    expect(gpu.report.devices).toEqual(["webgpu:0"]);
    expect(gpu.report.memory.peakDeviceBytes).toBeGreaterThan(0);
    expect(gpu.images).toEqual(cpu.images);
    expect(gpu.events.filter(({ type }) => type === "memory-leak")).toEqual([]);
  });

  test("a budget too small for a stack gives the same pixels, part by part", async () => {
    const backend = webgpuBackend({ budgetBytes: 40_000 }); // two stacks of 16,470 bytes and a bit
    const gpu = await runOn(stepsOf(onGpu).slice(1), { backend });
    const rungs = gpu.events.flatMap((event) => (event.type === "memory-recovery" ? [event.rung] : []));
    expect([gpu.report.status, new Set(rungs).has("split-slices")]).toEqual(["complete", true]);
    expect(gpu.images).toEqual((await runOn(stepsOf(onCpu as never).slice(1))).images);
  });

  test("a device destroyed in the middle of a step: the well begins again, the process lives, nothing is lost", async () => {
    let calls = 0;
    const shoot = webgpu({ name: "shoot" }, (stack: GpuArray) => {
      if (++calls === 3) stack.gpu.device.destroy();
      return stack;
    });
    const short = (functions: Pick<typeof onGpu, "maxProjection">) => [
      step("project", functions.maxProjection),
    ];
    const gpu = await runOn([step("shoot", shoot), ...short(onGpu)], { backend: webgpuBackend() });
    expect(gpu.report.status).toBe("complete");
    expect(gpu.events.filter(({ type }) => type === "device-lost")).toHaveLength(1);
    expect(gpu.images).toEqual((await runOn(short(onCpu as never))).images);
  });

  const many = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => `${String.fromCharCode(65 + Math.floor(i / 48))}${String((i % 48) + 1).padStart(2, "0")}`,
    );
  const project = (functions: Pick<typeof onGpu, "maxProjection">) =>
    step("project", functions.maxProjection);

  test("five hundred wells, a third of them failing on purpose, leave the device as it was", async () => {
    const before = lease.usage();
    let calls = 0;
    const fail = webgpu({ name: "fail" }, (stack: GpuArray) => {
      if (calls++ % 3 === 0) throw new Error("on purpose");
      return stack;
    });
    const { report, events } = await runOn([project(onGpu), step("fail", fail)], {
      wells: many(500),
      channels: 1,
    });
    const failed = Object.values(report.wells).filter(({ status }) => status === "failed").length;
    expect([report.status, failed]).toEqual(["partial", 167]);
    expect(events.filter(({ type }) => type === "memory-leak")).toEqual([]);
    expect(lease.usage()).toMatchObject({ liveBytes: before.liveBytes, liveBuffers: before.liveBuffers });
  });

  test("two hundred faults at random: the same pixels, or a well that fails with its reason; the process lives", async () => {
    const wells = many(200);
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    let faults = 0;
    const trouble = webgpu({ name: "trouble", slicewise: true, halo: 0 }, async (stack: GpuArray) => {
      const kind = random();
      if (kind < 0.75 && faults < 200) faults++;
      else return stack;
      if (kind < 0.25) stack.gpu.device.destroy();
      else if (kind < 0.5)
        throw outOfMemory({ device: stack.gpu.id, requestedBytes: 9, liveBytes: 1, budgetBytes: 2 });
      else await stack.gpu.allocate(stack.gpu.info.maxArrayBytes + 4);
      return stack;
    });
    const gpu = await runOn([step("trouble", trouble), project(onGpu)], {
      backend: webgpuBackend(),
      wells,
      channels: 1,
    });
    const cpu = await runOn([project(onCpu as never)], { wells, channels: 1 });
    expect(faults).toBe(200);
    const complete = Object.values(gpu.report.wells).filter(({ status }) => status === "complete").length;
    expect(complete).toBeGreaterThan(100);
    for (const [path, image] of Object.entries(gpu.images)) expect(image).toEqual(cpu.images[path]);
    for (const { error } of Object.values(gpu.report.wells))
      if (error) expect(error.message).toMatch(/bytes|lost/);
    expect(gpu.events.filter(({ type }) => type === "memory-leak")).toEqual([]);
  });

  test("an interrupted run leaves nothing on the device", async () => {
    const controller = new AbortController();
    const stop = webgpu({ name: "stop" }, (stack: GpuArray) => {
      controller.abort(new Error("enough"));
      return stack;
    });
    const plate = createMemoryPlate(spec);
    const pw = createPlatewright(ndarrayBackend(), shared, plate.storage, plate.layout);
    const opened = await pw.openPlate("plate");
    const pipeline = definePipeline({ name: "trial", steps: [step("stop", stop), ...stepsOf(onGpu)] });
    const plan = await pw.compile(pipeline, opened);
    const report = await pw.run(plan, { plate: opened, out: "results", signal: controller.signal });
    expect([report.status, report.cancelled]).toEqual(["failed", true]);
    expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
  });
});
