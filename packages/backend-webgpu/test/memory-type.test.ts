import { createHostArray, createTypedArray } from "@platewright/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GpuLease, gpuDTypes, webgpuBackend } from "../src/index.ts";

const backend = webgpuBackend();
let lease: GpuLease;
beforeAll(async () => {
  lease = await backend.devices.lease("webgpu:0");
});
afterAll(() => lease.release());

describe("to the device and back", () => {
  test.each(gpuDTypes)("every bit of %s", async (dtype) => {
    const data = createTypedArray(dtype, 15);
    for (let i = 0; i < data.length; i++) data[i] = dtype === "bool" ? i % 2 : i * 17 - 3;
    const array = await backend.fromHost(createHostArray([3, 5], dtype, data), { device: "webgpu:0" });
    const back = await backend.toHost(array);
    expect(back).toEqual(createHostArray([3, 5], dtype, data));
    backend.dispose?.(array);
    expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
  });
});
