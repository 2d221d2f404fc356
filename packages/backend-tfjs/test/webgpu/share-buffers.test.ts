import { computeTensor, dtypeOfTensor } from "@platewright/backend-tfjs";
import type { GpuArray } from "@platewright/backend-webgpu";
import type { DType, HostArray } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { describeGpu } from "../../../../test/support/gpu.ts";
import { bytesOf, filled, tf } from "../support/backends.ts";
import { leaseForTests } from "../support/device.ts";

const device = "webgpu:0";
const shape = [2, 3, 5];

describeGpu("an array of webgpu and a tensor on its device", () => {
  const on = leaseForTests();
  const options = { device, allowHostRoundtrip: false };
  const upload = async (host: HostArray): Promise<GpuArray> => on.webgpu.fromHost(host, { device });
  const still = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = { ...on.gpu.traffic };
    const result = await work();
    expect(on.gpu.traffic).toMatchObject({ uploaded: before.uploaded, downloaded: before.downloaded });
    return result;
  };

  it.each(["float32", "int32"] as const)("of %s are one buffer, both ways, and go once", async (dtype) => {
    const host = filled(shape, dtype, (i) => i % 60);
    const array = await upload(host);
    expect(on.registry.route("webgpu", "tfjs", on.registry.describe(array), options)).toMatchObject({
      hops: [{ cost: "view" }],
      bytes: 0,
    });
    const { copied } = on.gpu.traffic;
    const { liveBytes, liveBuffers } = on.gpu.usage();
    const tensor: Tensor = await still(() => on.registry.convert(array, "tfjs", options));
    expect(on.tfjs.storageOf(tensor)).toBe(array.buffer);
    const back: GpuArray = await still(() => on.registry.convert(tensor, "webgpu", options));
    expect(on.webgpu.storageOf(back)).toBe(array.buffer);
    expect(on.gpu.usage()).toMatchObject({ liveBytes, liveBuffers });
    expect(on.gpu.traffic.copied).toBe(copied);
    expect(bytesOf(await on.tfjs.toHost(tensor))).toEqual(bytesOf(host));
    on.webgpu.dispose?.(back);
    expect(tensor.isDisposed).toBe(true);
    on.tfjs.dispose?.(tensor);
    on.webgpu.dispose?.(array);
  });

  it("what TensorFlow.js computed is there for others, and its memory goes with theirs", async () => {
    const array = await upload(filled(shape, "float32", () => 0));
    const tensor: Tensor = await on.registry.convert(array, "tfjs", options);
    const { numTensors } = tf.memory();
    const sum = await computeTensor(tf, tensor, () => tf.add(tensor, tf.scalar(4)));
    const seen: GpuArray = await still(() => on.registry.convert(sum, "webgpu", options));
    expect(seen.buffer).toBe(on.tfjs.storageOf(sum));
    expect(Array.from((await on.webgpu.toHost(seen)).data)).toEqual(new Array(30).fill(4));
    on.webgpu.dispose?.(seen);
    expect(sum.isDisposed).toBe(true);
    expect(tf.memory().numTensors).toBe(numTensors);
    on.tfjs.dispose?.(tensor);
  });

  it.each(["bool", "uint8", "int8", "uint16", "int16"] as const)(
    "of %s are widened and packed on the device",
    async (dtype) => {
      const host = filled(shape, dtype, (i) => (i * 77 + 200) % 256);
      const array = await upload(host);
      const route = on.registry.route("webgpu", "tfjs", on.registry.describe(array), options);
      expect(route.hops).toEqual([{ from: "webgpu", to: "tfjs", cost: "device-copy" }]);
      const tensor: Tensor = await still(() => on.registry.convert(array, "tfjs", options));
      expect([dtypeOfTensor(tensor), tensor.dtype]).toEqual([dtype, dtype === "bool" ? "bool" : "int32"]);
      const back: GpuArray = await still(() => on.registry.convert(tensor, "webgpu", options));
      expect(back.dtype).toBe(dtype);
      expect(bytesOf(await on.webgpu.toHost(back))).toEqual(bytesOf(host));
      on.webgpu.dispose?.(back);
      on.tfjs.dispose?.(tensor);
      on.webgpu.dispose?.(array);
    },
  );

  it("a slice of a stack is copied on the device, and says so", async () => {
    const stack = await upload(filled(shape, "float32", (i) => i % 60));
    const slice = on.webgpu.unstack?.(stack)[1] as GpuArray;
    const route = on.registry.route("webgpu", "tfjs", on.registry.describe(slice), options);
    expect(route).toMatchObject({ hops: [{ cost: "device-copy" }], bytes: 60 });
    const tensor: Tensor = await still(() => on.registry.convert(slice, "tfjs", options));
    expect(on.tfjs.storageOf(tensor)).not.toBe(stack.buffer);
    expect((await on.tfjs.toHost(tensor)).data).toEqual((await on.webgpu.toHost(slice)).data);
    on.tfjs.dispose?.(tensor);
    on.webgpu.dispose?.(stack);
  });

  it("keeps a buffer from being lent again before what was recorded has read it", async () => {
    for (let round = 0; round < 20; round++) {
      const array = await upload(filled([1, 64, 64], "int32", (i) => (i % 4 ? 0 : 7)));
      const tensor: Tensor = await on.registry.convert(array, "tfjs", options);
      const sum = tf.tidy(() => tf.add(tensor, tf.scalar(1, "int32"))); // recorded, perhaps not submitted
      on.webgpu.dispose?.(array);
      const other = await upload(filled([1, 64, 64], "int32", () => 0));
      const { data } = await on.tfjs.toHost(sum);
      expect(new Set(data)).toEqual(new Set([8]));
      on.tfjs.dispose?.(sum);
      on.webgpu.dispose?.(other);
    }
  });

  it("leaves nothing in 500 rounds from one to the other, a third of them failing, whoever disposes", async () => {
    const { liveBytes, liveBuffers } = on.gpu.usage();
    const { numTensors, numBytes } = tf.memory();
    for (let round = 0; round < 500; round++) {
      const dtype = (["float32", "uint16", "int32"] as const)[round % 3] ?? "float32";
      const array = await upload(filled([1, 16, 16], dtype, (i) => (i * round) % 100));
      const tensor: Tensor = await on.registry.convert(array, "tfjs", options);
      const work = computeTensor(tf, tensor, () => {
        const sum = tf.add(tf.cast(tensor, "float32"), tf.scalar(1));
        if (round % 3 === 1) throw new Error("fails on purpose");
        return sum;
      });
      const result = await work.catch(() => undefined);
      const seen: GpuArray | undefined = result && (await on.registry.convert(result, "webgpu", options));
      if (seen && round % 2) on.webgpu.dispose?.(seen);
      else if (result) on.tfjs.dispose?.(result);
      if (round % 2) on.tfjs.dispose?.(tensor);
      on.webgpu.dispose?.(array);
      on.tfjs.dispose?.(tensor);
    }
    expect(on.gpu.usage()).toMatchObject({ liveBytes, liveBuffers });
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });

  it("refuses uint32, which no tensor holds, without the host and with it", async () => {
    const array = await upload(filled(shape, "uint32" satisfies DType, (i) => i));
    await expect(on.registry.convert(array, "tfjs", options)).rejects.toThrow("No route from webgpu to tfjs");
    await expect(on.registry.convert(array, "tfjs", { device })).rejects.toThrow("holds uint32 exactly");
    on.webgpu.dispose?.(array);
  });
});
