import { createHostArray, decodeFloat16, sliceOf, storedBytesPerElement } from "@platewright/core";
import { expect, test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { copyInto, createGpuArray, gpuDTypes, wrapBuffer } from "../src/index.ts";
import { bytesIn, randomArray } from "./support/arrays.ts";
import { leaseForTests } from "./support/device.ts";

const device = "webgpu:0";

describeGpu("stacks on a device", () => {
  const on = leaseForTests();
  const { backend } = on;
  const unstack = (stack: Parameters<NonNullable<typeof backend.unstack>>[0]) =>
    backend.unstack?.(stack) ?? [];

  test.each(gpuDTypes)("slices of %s are views; restacking neighbours copies nothing", async (dtype) => {
    const stack = await backend.fromHost(randomArray([4, 3, 5], dtype, 1), { device });
    const before = { ...on.gpu.traffic };
    const slices = unstack(stack);
    expect(slices.every((slice) => backend.storageOf(slice) === stack.buffer)).toBe(true);
    const middle = await backend.stack?.(slices.slice(1, 3));
    expect(middle).toMatchObject({ buffer: stack.buffer, shape: [2, 3, 5], offset: 15 });
    expect(on.gpu.traffic).toEqual(before);
    backend.dispose?.(stack);
  });

  // 15 and 20 values: slices of 1-byte and 2-byte dtypes do and don't begin on words.
  test.each(gpuDTypes.flatMap((dtype) => [[dtype, 5] as const, [dtype, 4] as const]))(
    "any slices of %s × %i are stacked without the host",
    async (dtype, width) => {
      const hosts = [1, 2, 3].map((seed) => randomArray([3, 3, width], dtype, seed));
      const stacks = await Promise.all(hosts.map((host) => backend.fromHost(host, { device })));
      const before = { ...on.gpu.traffic };
      const order = [
        [2, 1],
        [0, 2],
        [0, 0],
        [1, 1],
        [2, 1],
      ] as const;
      const slices = order.map(([stack, z]) => unstack(stacks[stack] as never)[z] as never);
      const made = await backend.stack?.(slices);
      const bytes = 5 * 3 * width * storedBytesPerElement(dtype);
      expect(on.gpu.traffic).toEqual({ ...before, copied: before.copied + bytes });
      const expected = order.flatMap(([stack, z]) => [...bytesIn(sliceOf(hosts[stack] as never, z))]);
      expect([...bytesIn(await backend.toHost(made as never))]).toEqual(expected);
      for (const array of [...stacks, made]) backend.dispose?.(array as never);
    },
  );

  test("every one of the 65,536 float16 comes back out of views and stacks", async () => {
    const every = decodeFloat16(Uint16Array.from({ length: 0x10001 }, (_, half) => half & 0xffff));
    const whole = await backend.fromHost(createHostArray([every.length], "float16", every), { device });
    const slice = (offset: number) => wrapBuffer(on.gpu, whole.buffer, [1, 0x10000], "float16", offset);
    const made = (await backend.stack?.([slice(1), slice(0)])) as never;
    const back = await backend.toHost(made);
    expect(Buffer.compare(bytesIn(sliceOf(back, 0)), bytesIn({ ...back, data: every.subarray(1) }))).toBe(0);
    expect(Buffer.compare(bytesIn(sliceOf(back, 1)), bytesIn({ ...back, data: every.subarray(0, -1) }))).toBe(
      0,
    );
    const odd = await backend.toHost(slice(1));
    expect(Buffer.compare(bytesIn(odd), bytesIn({ ...odd, data: every.subarray(1) }))).toBe(0);
    for (const array of [whole, made]) backend.dispose?.(array);
  });

  test("copies to any byte from any byte leave the neighbours alone", async () => {
    const source = await backend.fromHost(randomArray([64], "uint8", 9), { device });
    const from = bytesIn(await backend.toHost(source));
    const marks = createHostArray([40], "uint8", new Uint8Array(40).fill(7));
    for (const length of [1, 2, 3, 4, 5, 8, 11, 17]) {
      for (const start of [0, 1, 2, 3]) {
        for (const to of [0, 1, 2, 3]) {
          const target = await backend.fromHost(marks, { device });
          const part = wrapBuffer(on.gpu, source.buffer, [length], "uint8", start);
          await copyInto(wrapBuffer(on.gpu, target.buffer, [length], "uint8", to), [part]);
          const expected = new Uint8Array(40).fill(7);
          expected.set(from.subarray(start, start + length), to);
          expect(bytesIn(await backend.toHost(target)), `${length} bytes from ${start} to ${to}`).toEqual(
            expected,
          );
          backend.dispose?.(target);
        }
      }
    }
    backend.dispose?.(source);
  });

  test("a copy of more than one row of workgroups is whole", async () => {
    const length = 65535 * 256 * 4 + 4099; // bytes
    const source = await createGpuArray(on.gpu, [length + 1], "uint8");
    const target = await createGpuArray(on.gpu, [length], "uint8");
    const tail = randomArray([8192], "uint8", 2);
    const patch = await backend.fromHost(tail, { device });
    await copyInto(wrapBuffer(on.gpu, source.buffer, [8192], "uint8", length + 1 - 8192), [patch]);
    await copyInto(target, [wrapBuffer(on.gpu, source.buffer, [length], "uint8", 1)]);
    const end = await backend.toHost(wrapBuffer(on.gpu, target.buffer, [8192], "uint8", length - 8192));
    expect(Buffer.compare(bytesIn(end), bytesIn(tail))).toBe(0);
    for (const array of [source, target, patch]) backend.dispose?.(array);
  });

  test("no slices, and what is no stack, are refused", async () => {
    await expect(backend.stack?.([])).rejects.toMatchObject({ code: "array" });
    const slice = await backend.fromHost(randomArray([3, 5], "uint8", 1), { device });
    expect(() => backend.unstack?.(slice)).toThrow("(3, 5)");
    backend.dispose?.(slice);
  });
});
