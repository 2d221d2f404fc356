import { type GpuArray, wrapBuffer } from "@platewright/backend-webgpu";
import { contractOf } from "@platewright/core";
import * as functions from "@platewright/functions/webgpu";
import { expect, it } from "vitest";
import { openGpu } from "./on-gpu.ts";
import { randomStack } from "./stacks.ts";

const cases: readonly (readonly [name: keyof typeof functions, params: object])[] = [
  ["gaussian", { sigma: 2 }],
  ["erosion", { radius: 3 }],
  ["dilation", { radius: 30 }],
  ["erosion", { radius: 20, shape: "square" }],
  ["opening", { radius: 3 }],
  ["opening", { footprint: "11/11" }],
  ["closing", { radius: 30 }],
  ["whiteTophat", { radius: 25 }],
  ["whiteTophat", { radius: 25, shape: "square" }],
];

const byName: Readonly<Record<string, unknown>> = { ...functions };

it.each(cases)("%s %j takes no more scratch arrays than its contract says", async (name, params) => {
  const gpu = await openGpu();
  const run = byName[name] as (stack: GpuArray, params: object) => Promise<GpuArray>;
  const { workspace } = contractOf(run as unknown) ?? {};
  for (const dtype of ["uint8", "float32"] as const) {
    const stack = randomStack([2, 400, 400], dtype, "camera");
    const input = await gpu.upload(stack);
    let bytes = 0;
    const counting = Object.create(gpu.device, {
      allocate: {
        value: (size: number) => {
          bytes += size;
          return gpu.device.allocate(size);
        },
      },
    });
    const result = await run(wrapBuffer(counting, input.buffer, input.shape, dtype), params);
    const taken = bytes - result.buffer.size;
    const said = (workspace as (stack: object) => number)({ shape: stack.shape, dtype });
    for (const { buffer } of [result, input]) gpu.device.release(buffer);
    // Margins around slices and tables of windows come on top, which matter where slices are small.
    expect(taken).toBeLessThanOrEqual(1.05 * said);
    expect(said).toBeLessThanOrEqual(2.5 * taken);
  }
});
