import { createHostArray, type DType, type HostArray, storedBytesOf, viewOf } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { gpuDTypes, isGpuArray, webgpuBackend, wrapBuffer } from "../src/index.ts";
import { bytesIn, randomArray } from "./support/arrays.ts";
import { leaseForTests } from "./support/device.ts";

const device = "webgpu:0";

test("tells its arrays from other values without opening a device", () => {
  const backend = webgpuBackend();
  expect(
    [undefined, null, 1, {}, [], new Uint8Array(1), createHostArray([1], "uint8")].some(backend.is),
  ).toBe(false);
});

test("asks for a device that is leased", async () => {
  const backend = webgpuBackend();
  const host = createHostArray([1, 1], "uint8");
  for (const named of [undefined, "webgpu:0", "webgpu:99", "-1"]) {
    await expect(backend.fromHost(host, { device: named })).rejects.toMatchObject({
      code: "device",
      details: { device: named, devices: [] },
    });
  }
});

describeGpu("an array on a device", () => {
  const on = leaseForTests();

  const roundTrip = async (host: HostArray): Promise<HostArray> => {
    const array = await on.backend.fromHost(host, { device });
    try {
      return await on.backend.toHost(array);
    } finally {
      on.backend.dispose?.(array);
    }
  };

  test.each(gpuDTypes)("keeps every bit of %s, whatever its size", async (dtype) => {
    const shapes = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 0, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer(), async (shape, seed) => {
        const host = randomArray(shape, dtype, seed);
        const back = await roundTrip(host);
        expect({ ...back, data: bytesIn(back) }).toEqual({ ...host, data: bytesIn(host) });
      }),
      { numRuns: 30 },
    );
  });

  test("keeps every bit of more than passes at once", async () => {
    const host = randomArray([3, 1733, 2001], "uint16", 1); // 20 MiB and a half word
    const back = await roundTrip(host);
    expect(Buffer.compare(bytesIn(back), bytesIn(host))).toBe(0);
  });

  test("takes memory that threads share, memory of WebAssembly and parts of both", async () => {
    const shared = new SharedArrayBuffer(64);
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    for (const memory of [shared, buffer]) {
      const data = viewOf("uint16", memory, 6, 15);
      data.set(Array.from({ length: 15 }, (_, i) => i * 4321));
      const host = createHostArray([3, 5], "uint16", data);
      expect(Array.from((await roundTrip(host)).data)).toEqual(Array.from(data));
    }
  });

  test("is unaffected by what happens to the host array afterwards", async () => {
    const host = randomArray([7, 9], "uint8", 3);
    const before = bytesIn(host).slice();
    const array = await on.backend.fromHost(host, { device });
    host.data.fill(0);
    expect(bytesIn(await on.backend.toHost(array))).toEqual(before);
    on.backend.dispose?.(array);
  });

  test("describes itself, and answers its buffer as its storage", async () => {
    const array = await on.backend.fromHost(randomArray([2, 3, 5], "int16", 4), { device });
    expect(isGpuArray(array)).toBe(true);
    expect(on.backend.describe(array)).toEqual({
      shape: [2, 3, 5],
      strides: [15, 5, 1],
      dtype: "int16",
      device,
      bytes: 60,
    });
    expect(on.backend.storageOf(array)).toBe(array.buffer);
    expect(array.buffer.size).toBe(60);
    on.backend.dispose?.(array);
  });

  test("refuses float64, and a buffer that is too short", async () => {
    await expect(on.backend.fromHost(createHostArray([1], "float64"), { device })).rejects.toMatchObject({
      code: "dtype",
    });
    const buffer = await on.gpu.allocate(8);
    expect(() => wrapBuffer(on.gpu, buffer, [3], "uint32")).toThrow(
      "ends at byte 12, but its buffer has 8 bytes",
    );
    on.gpu.release(buffer);
  });

  test("reads back several arrays under way at once, views at odd places among them", async () => {
    const host = randomArray([9, 7, 3], "uint8", 5);
    const stack = await on.backend.fromHost(host, { device });
    const slices = on.backend.unstack?.(stack) ?? [];
    const read = await Promise.all(slices.map((slice) => on.backend.toHost(slice)));
    expect(read.map(bytesIn)).toEqual(slices.map((_, z) => bytesIn(host).subarray(z * 21, z * 21 + 21)));
    on.backend.dispose?.(stack);
  });

  test("counts the bytes that move, no more and no fewer", async () => {
    const before = { ...on.gpu.traffic };
    for (const dtype of gpuDTypes as readonly DType[]) await roundTrip(randomArray([3, 5, 7], dtype, 6));
    const bytes = gpuDTypes.reduce((sum, dtype) => sum + storedBytesOf([3, 5, 7], dtype), 0);
    expect(on.gpu.traffic).toEqual({
      uploaded: before.uploaded + bytes,
      downloaded: before.downloaded + bytes,
      copied: before.copied,
    });
  });

  test("stops where the caller's signal says so", async () => {
    const signal = AbortSignal.abort();
    await expect(on.backend.fromHost(randomArray([2], "uint8", 1), { device, signal })).rejects.toMatchObject(
      {
        code: "cancelled",
      },
    );
  });
});
