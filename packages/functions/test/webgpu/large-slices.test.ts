import { ndarrayBackend, toDense } from "@platewright/backend-ndarray";
import * as onCpu from "@platewright/functions/ndarray";
import * as onGpu from "@platewright/functions/webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { type Gpu, openGpu } from "./on-gpu.ts";
import { randomStack, type Spread } from "./stacks.ts";

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});

// Slices with more pixels than grey levels take other ways than small ones.
describe.each<Spread>(["camera", "whole range", "few levels"])("a large stack of %s", (spread) => {
  const cases = ["uint8", "uint16", "int16"] as const;

  it.each(cases)("of %s is normalised and thresholded as on the CPU", async (dtype) => {
    const stack = randomStack([2, 401, 397], dtype, spread, 11);
    const input = await gpu.upload(stack, 1);
    const twins = [
      [onCpu.percentileNormalize, onGpu.percentileNormalize],
      [onCpu.stackPercentileNormalize, onGpu.stackPercentileNormalize],
      [onCpu.otsuThreshold, onGpu.otsuThreshold],
    ] as const;
    for (const [runOnCpu, runOnGpu] of twins) {
      const expected = runOnCpu(stack);
      const result = await runOnGpu(input);
      const got = await gpu.download(result);
      gpu.device.release(result.buffer);
      expect(ndarrayBackend().describe(got).dtype).toBe(ndarrayBackend().describe(expected).dtype);
      expect(Buffer.compare(bytesOf(toDense(got)), bytesOf(toDense(expected)))).toBe(0);
    }
    gpu.device.release(input.buffer);
  });
});

function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
