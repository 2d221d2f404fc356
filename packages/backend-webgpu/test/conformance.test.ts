import { ndarrayBackend } from "@platewright/backend-ndarray";
import { bytesPerElement, createHostArray, type HostArray } from "@platewright/core";
import { conversionCases, type Layout, memoryTypeCases } from "@platewright/core/testing";
import { test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { wrapBuffer } from "../src/index.ts";
import { leaseForTests } from "./support/device.ts";

describeGpu("webgpu", () => {
  const { backend: type } = leaseForTests(); // stays open between the cases

  /** Views that begin at each byte, half word and word of a buffer. */
  async function layouts({ dtype, data }: HostArray): Promise<readonly Layout[]> {
    const whole = await type.fromHost(createHostArray([data.length], dtype, data), { device: "webgpu:0" });
    return [0, 1, 2, 3, 5, 64 / bytesPerElement(dtype)].map((offset) => ({
      name: `from value ${offset} on`,
      array: wrapBuffer(whole.gpu, whole.buffer, [3, 5], dtype, offset),
      expected: createHostArray([3, 5], dtype, data.subarray(offset, offset + 15) as never),
    }));
  }

  const subject = { type, layouts };
  const cases = [...memoryTypeCases(subject), ...conversionCases([{ type: ndarrayBackend() }, subject])];
  for (const { name, run } of cases) test(name, run);
});
