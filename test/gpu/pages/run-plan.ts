import { ndarrayBackend } from "@platewright/backend-ndarray";
import { webgpuBackend } from "@platewright/backend-webgpu";
import { createPlatewright, definePipeline, type Plan, type Plugin, step, use } from "@platewright/core";
import * as onCpu from "@platewright/functions/ndarray";
import * as onGpu from "@platewright/functions/webgpu";
import { createMemoryPlate } from "../../support/memory-plate.ts";

/** A pipeline over both memory types, from the CPU to the device and back. */
export const mixed = definePipeline({
  name: "mixed",
  steps: [
    step("normalise", use(onCpu.percentileNormalize, { low: 1, high: 99 })),
    step("background", use(onGpu.whiteTophat, { radius: 5, shape: "square" })),
    step("project", onGpu.maxProjection),
    step("threshold", use(onCpu.threshold, { value: 9000 })),
  ],
});

/** An installation with a plate in memory, the same in Node and in a page. */
export async function install(...plugins: readonly Plugin[]) {
  const memory = createMemoryPlate({ wells: ["A01", "B02"], channels: 2, planes: 3, shape: [37, 53] });
  const pw = createPlatewright(ndarrayBackend(), webgpuBackend(), memory.storage, memory.layout, ...plugins);
  return { pw, memory, plate: await pw.openPlate("plate") };
}

/** Runs a plan that was compiled elsewhere, as text, and answers with the values of every image. */
export async function runPlan(plan: string): Promise<Record<string, readonly number[]>> {
  const { pw, memory, plate } = await install();
  const report = await pw.run(JSON.parse(plan) as Plan, { plate, out: "results", pipeline: mixed });
  if (report.status !== "complete") throw new Error(JSON.stringify(report.wells));
  const images = Object.entries(memory.images("results"));
  return Object.fromEntries(images.map(([path, { data }]) => [path, [...data]]));
}
