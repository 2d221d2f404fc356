import { computeTensor, dtypeOfTensor } from "@platewright/backend-tfjs";
import {
  applyDTypePolicy,
  type DType,
  type DTypePolicy,
  type HostArray,
  storedBytesOf,
} from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { describeGpu } from "../../../../test/support/gpu.ts";
import { bytesOf, filled, tf } from "../support/backends.ts";
import { leaseForTests } from "../support/device.ts";

const kept: readonly DType[] = ["bool", "uint8", "int8", "uint16", "int16", "int32", "float16", "float32"];
const device = "webgpu:0";

describeGpu("tensors on a device of webgpu", () => {
  const on = leaseForTests();
  const there = async (host: HostArray): Promise<Tensor> => on.tfjs.fromHost(host, { device });
  const bytesBack = async (tensor: Tensor) => bytesOf(await on.tfjs.toHost(tensor));

  it.each(kept)("keep every bit of %s there and back, and move it once each way", async (dtype) => {
    const shapes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(shapes, fc.infiniteStream(fc.nat(255)), async (shape, stream) => {
        const host = filled(shape, dtype, () => stream.next().value as number);
        const before = { ...on.gpu.traffic };
        const tensor = await there(host);
        expect(on.tfjs.describe(tensor)).toMatchObject({ shape, dtype, device });
        expect(await bytesBack(tensor)).toEqual(bytesOf(host));
        expect(on.gpu.traffic.uploaded - before.uploaded).toBe(storedBytesOf(shape, dtype));
        expect(on.gpu.traffic.downloaded - before.downloaded).toBe(storedBytesOf(shape, dtype));
        on.tfjs.dispose?.(tensor);
      }),
      { numRuns: 10 },
    );
  });

  it("are computed with, on that device", async () => {
    const stack = await there(filled([2, 3, 5], "uint16", (i) => i % 7));
    const sum = await computeTensor(tf, stack, () => tf.add(stack, tf.scalar(3, "int32")));
    expect(on.tfjs.describe(sum)).toMatchObject({ device, dtype: "int32" });
    const { data } = await on.tfjs.toHost(sum);
    const input = filled([2, 3, 5], "uint16", (i) => i % 7).data;
    expect(Array.from(data)).toEqual(Array.from(input, (value) => value + 3));
    for (const tensor of [stack, sum]) on.tfjs.dispose?.(tensor);
  });

  it.each(kept)("stack slices of %s and take them apart again, on the device", async (dtype) => {
    const host = filled([3, 5, 5], dtype, (i) => (i * 31 + 7) % 127);
    const stack = await there(host);
    const { downloaded, uploaded } = on.gpu.traffic;
    const slices = on.tfjs.unstack?.(stack) ?? [];
    const again = await on.tfjs.stack?.(slices);
    if (!again) throw new Error("no stack");
    expect(on.gpu.traffic).toMatchObject({ downloaded, uploaded });
    expect([...slices, again].map((tensor) => dtypeOfTensor(tensor))).toEqual(new Array(4).fill(dtype));
    expect(await bytesBack(again)).toEqual(bytesOf(host));
    for (const tensor of [stack, again, ...slices]) on.tfjs.dispose?.(tensor);
  });

  it("cast as the host does, to the bit", async () => {
    const values = fc.oneof(
      fc.integer({ min: -600, max: 140_000 }).map((n) => n / 2),
      fc.constantFrom(2147483520, 2147483648, -2147483648, -0, 0.5, 1.5, 2.5, 65534.5),
    );
    const policies = fc.constantFrom<DTypePolicy>("preserve", "native", { rescale: [10, 4000] });
    const source = fc.constantFrom<DType>(...kept);
    await fc.assert(
      fc.asyncProperty(
        fc.array(values, { minLength: 1, maxLength: 40 }),
        source,
        source,
        policies,
        async (...all) => {
          const [list, from, to, policy] = all;
          const float = { shape: [1, list.length], dtype: "float32", data: Float32Array.from(list) } as const;
          const host = applyDTypePolicy(float, from, "preserve");
          const tensor = await there(host);
          const cast = await on.tfjs.cast?.(tensor, to, policy);
          if (!cast) throw new Error("no cast");
          const expected = applyDTypePolicy(host, to, policy);
          expect(await on.tfjs.toHost(cast)).toMatchObject({ dtype: expected.dtype, data: expected.data });
          for (const each of new Set([tensor, cast])) on.tfjs.dispose?.(each);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("that were cast to float32 come back as floats, though they share their integers", async () => {
    const stack = await there(filled([1, 2, 3], "uint16", (i) => i));
    const float = await computeTensor(tf, stack, () => tf.cast(stack, "float32"));
    const { dtype, data } = await on.tfjs.toHost(float);
    expect([dtype, data]).toEqual(["float32", Float32Array.from((await on.tfjs.toHost(stack)).data)]);
    expect(on.tfjs.storageOf(float)).toBe(on.tfjs.storageOf(stack));
    on.tfjs.dispose?.(float);
    expect(stack.isDisposed).toBe(true);
  });

  it("leave nothing in 500 rounds", async () => {
    const { liveBytes, liveBuffers } = on.gpu.usage();
    const { numTensors, numBytes } = tf.memory();
    for (let round = 0; round < 500; round++) {
      const stack = await there(
        filled([2, 8, 8], kept[round % kept.length] as DType, (i) => (i + round) % 120),
      );
      const work = computeTensor(tf, stack, () => {
        if (round % 3 === 0) throw new Error("fails on purpose");
        return tf.maximum(tf.cast(stack, "float32"), tf.scalar(3));
      });
      const result = await work.catch(() => undefined);
      for (const tensor of [stack, ...(result ? [result] : [])]) on.tfjs.dispose?.(tensor);
    }
    expect(on.gpu.usage()).toMatchObject({ liveBytes, liveBuffers });
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });

  it("refuse a tensor of another backend by saying what to do", async () => {
    await tf.setBackend("cpu");
    const foreign = tf.tensor2d([[1, 2]]);
    await expect(on.tfjs.toHost(foreign)).rejects.toThrow("lies on none of the shared devices");
    foreign.dispose();
  });
});
