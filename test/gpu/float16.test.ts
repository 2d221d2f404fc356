import { ndarrayBackend } from "@platewright/backend-ndarray";
import { webgpuBackend } from "@platewright/backend-webgpu";
import {
  createPlatewright,
  type DType,
  definePipeline,
  type HostArray,
  type Pipeline,
  type Plan,
  type RunReport,
  roundToFloat16,
  step,
  use,
} from "@platewright/core";
import * as onCpu from "@platewright/functions/ndarray";
import * as onGpu from "@platewright/functions/webgpu";
import { expect, test } from "vitest";
import { describeGpu } from "../support/gpu.ts";
import { createMemoryPlate } from "../support/memory-plate.ts";

interface Trial {
  readonly plan: Plan;
  readonly report: RunReport;
  readonly images: Readonly<Record<string, HostArray>>;
}

async function run(steps: Pipeline["steps"], dtype: DType): Promise<Trial> {
  const spec = { wells: ["A01", "B03"], channels: 2, planes: 3, shape: [61, 45], dtype } as const;
  const plate = createMemoryPlate(spec);
  const pw = createPlatewright(ndarrayBackend(), webgpuBackend(), plate.storage, plate.layout);
  const opened = await pw.openPlate("plate");
  const plan = await pw.compile(definePipeline({ name: "trial", steps }), opened);
  const report = await pw.run(plan, { plate: opened, out: "results" });
  return { plan, report, images: plate.images("results") };
}

const stepsOf = (functions: typeof onGpu) => [
  step("smooth", [use(functions.gaussian, { sigma: 2 }), use(functions.whiteTophat, { radius: 5 })]),
  step("normalise", use(functions.percentileNormalize, { low: 1, high: 99 })),
  step("project", functions.meanProjection),
  step("composite", functions.composite, { variableComponents: ["channel"] }),
];

describeGpu("a plate of float16", { timeout: 120_000 }, () => {
  test("has on a WebGPU device the pixels that it has on the CPU, to the last bit but one", async () => {
    const gpu = await run(stepsOf(onGpu), "float16");
    const cpu = await run(stepsOf(onCpu as never), "float16");
    expect([gpu.report.status, cpu.report.status]).toEqual(["complete", "complete"]);
    expect(Object.keys(gpu.images)).toEqual(Object.keys(cpu.images));
    expect(Object.keys(gpu.images).length).toBe(2);
    for (const [path, { dtype, data }] of Object.entries(gpu.images)) {
      expect(dtype).toBe("float16");
      const expected = cpu.images[path]?.data ?? [];
      // Each step may round to the neighbour of what the CPU rounds to.
      const far = data.findIndex((value, i) => Math.abs(value - (expected[i] as number)) > 2 ** -9);
      expect({ path, far }).toEqual({ path, far: -1 });
      expect(data.every((value) => value === roundToFloat16(value))).toBe(true);
      expect(new Set(data).size).toBeGreaterThan(100);
    }
  });

  test("takes half the bytes of float32 on the device, as many as are predicted", async () => {
    // What functions work in is predicted too; of these it is nothing, so that all is held by the stacks.
    const [, ...steps] = stepsOf(onGpu);
    const [half, float] = [await run(steps, "float16"), await run(steps, "float32")];
    for (const { plan, report } of [half, float]) {
      const { peakDeviceBytes, peakHostBytes } = plan.predicted;
      expect(report.memory.peakDeviceBytes).toBe(peakDeviceBytes);
      expect(report.memory.peakHostBytes).toBe(peakHostBytes);
    }
    expect(half.report.memory.peakDeviceBytes).toBe(float.report.memory.peakDeviceBytes / 2);
    expect(half.plan.predicted.bytesRead).toBe((float.plan.predicted.bytesRead as number) / 2);
    expect(half.plan.predicted.bytesWritten).toBe((float.plan.predicted.bytesWritten as number) / 2);
  });
});
