import { ndarrayBackend } from "@platewright/backend-ndarray";
import { shareMemory, tfjsBackend } from "@platewright/backend-tfjs";
import { shareBuffers } from "@platewright/backend-tfjs/webgpu";
import { type Conversion, type HostArray, type MemoryType, sliceOf } from "@platewright/core";
import { conversionCases, type Layout, type MemorySubject, memoryTypeCases } from "@platewright/core/testing";
import type { Tensor } from "@tensorflow/tfjs-core";
import { describe, test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { tf, useBackend } from "./support/backends.ts";
import { leaseForTests } from "./support/device.ts";

const ndarray = ndarrayBackend();

for (const name of ["cpu", "wasm"] as const) {
  await useBackend(name);
  const tfjs = tfjsBackend({ tf });
  const subject = {
    type: tfjs as unknown as MemoryType,
    usage() {
      const { numBytes, numTensors } = tf.memory();
      return { liveBytes: numBytes, liveBuffers: numTensors };
    },
    layouts: async (host: HostArray) => slicesIn(tfjs, host, await tfjs.fromHost(host)),
  };
  describe(`on ${name}`, () => {
    for (const { name, run } of memoryTypeCases(subject)) test(name, run);
    const others = [{ type: ndarray as unknown as MemoryType }, subject];
    const edges = shareMemory(tfjs, ndarray) as unknown as Conversion[];
    for (const { name, run } of conversionCases(others, edges)) test(name, run);
  });
}

describeGpu("on webgpu", () => {
  const { webgpu, tfjs } = leaseForTests(); // stays open between the cases
  const subject: MemorySubject = {
    type: tfjs as unknown as MemoryType,
    layouts: async (host) => slicesIn(tfjs, host, await tfjs.fromHost(host, { device: "webgpu:0" })),
  };
  for (const { name, run } of memoryTypeCases(subject)) test(name, run);
  const others = [
    { type: ndarray as unknown as MemoryType },
    { type: webgpu as unknown as MemoryType },
    subject,
  ];
  const edges = shareBuffers(tfjs, webgpu) as unknown as Conversion[];
  for (const { name, run } of conversionCases(others, edges)) test(name, run);
});

/** Slices of a tensor, which are parts of its memory where the backend shares it, and the tensor in another shape. */
function slicesIn(type: MemoryType<"tfjs">, host: HostArray, tensor: Tensor): readonly Layout[] {
  if (host.shape.length !== 3) return [{ name: "as it is", array: tensor, expected: host }];
  const slices = type.unstack?.(tensor) ?? [];
  return [
    { name: "as it is", array: tensor, expected: host },
    ...slices.map((array, z) => ({ name: `slice ${z}`, array, expected: sliceOf(host, z) })),
  ];
}
