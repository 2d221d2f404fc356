import { ndarrayBackend } from "@platewright/backend-ndarray";
import { bytesPerElement, createHostArray, type HostArray } from "@platewright/core";
import { conversionCases, type Layout, memoryTypeCases } from "@platewright/core/testing";
import { test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { webgpuBackend, wrapBuffer } from "../src/index.ts";

const type = webgpuBackend();

/** Views that begin at each byte, half word and word of a buffer. */
async function layouts({ dtype, data }: HostArray): Promise<readonly Layout[]> {
  const lease = await type.devices.lease("webgpu:0");
  const whole = await type.fromHost(createHostArray([data.length], dtype, data), { device: "webgpu:0" });
  lease.release(); // the one of the case goes on
  return [0, 1, 2, 3, 5, 64 / bytesPerElement(dtype)].map((offset) => ({
    name: `from value ${offset} on`,
    array: wrapBuffer(whole.gpu, whole.buffer, [3, 5], dtype, offset),
    expected: createHostArray([3, 5], dtype, data.subarray(offset, offset + 15) as never),
  }));
}

describeGpu("the memory type", () => {
  for (const { name, run } of memoryTypeCases({ type, layouts })) test(name, run);
});

describeGpu("beside ndarray", () => {
  for (const { name, run } of conversionCases([{ type: ndarrayBackend() }, { type }])) test(name, run);
});
