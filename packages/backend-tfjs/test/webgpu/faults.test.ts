import { computeTensor } from "@platewright/backend-tfjs";
import type { Tensor } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { describeGpu } from "../../../../test/support/gpu.ts";
import { counts, filled, tf, useBackend } from "../support/backends.ts";
import { joinTypes } from "../support/device.ts";

const device = "webgpu:0";
const storage = 0x80 | 0x8 | 0x4; // GPUBufferUsage.STORAGE, COPY_DST, COPY_SRC

/** What TensorFlow.js allocates with. */
interface BufferManager {
  acquireBuffer(size: number, usage: number): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse: boolean): void;
}

const host = filled([1, 64, 64], "float32", () => 0); // 16 KiB

/** Adds up more tensors than the budget has room for. */
const greedy = (stack: Tensor): Tensor =>
  tf.addN(Array.from({ length: 20 }, (_, i) => tf.add(stack, tf.scalar(i))));

describeGpu("TensorFlow.js on a device", () => {
  it("keeps within the budget of the lease, and gives back all of what failed", async () => {
    const { tfjs, webgpu } = joinTypes();
    const lease = await webgpu.devices.lease(device, { budgetBytes: 128 * 1024 });
    await useBackend("cpu");
    const before = counts();
    const stack = await tfjs.fromHost(host, { device });
    for (let round = 0; round < 3; round++) {
      await expect(computeTensor(tf, stack, () => greedy(stack))).rejects.toMatchObject({
        code: "out-of-memory",
        details: { device, budgetBytes: 128 * 1024, requestedBytes: 16 * 1024 },
      });
    }
    const fits = await computeTensor(tf, stack, () => tf.add(stack, tf.scalar(1)));
    expect((await tfjs.toHost(fits)).data[5]).toBe(1);
    for (const tensor of [stack, fits]) tfjs.dispose?.(tensor);
    expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
    expect(counts()).toEqual(before);
    lease.release();
  });

  it("lets go of what lies ready where others need the room", async () => {
    const { tfjs, webgpu } = joinTypes();
    const lease = await webgpu.devices.lease(device, { budgetBytes: 128 * 1024 });
    const stack = await tfjs.fromHost(host, { device });
    const sums = await computeTensor(tf, stack, () => tf.concat([tf.add(stack, 1), tf.add(stack, 2)]));
    tfjs.dispose?.(sums);
    const { idleBytes } = lease.usage();
    expect(idleBytes).toBeGreaterThanOrEqual(3 * 16 * 1024);
    const others = [await lease.gpu.allocate(64 * 1024), await lease.gpu.allocate(48 * 1024)];
    expect(lease.usage().idleBytes).toBe(0);
    for (const buffer of others) lease.gpu.release(buffer);
    const sum = await computeTensor(tf, stack, () => tf.add(stack, 3));
    expect(lease.usage().liveBytes).toBe(32 * 1024);
    lease.trim();
    expect(lease.usage().idleBytes).toBe(0);
    expect((await tfjs.toHost(sum)).data[1]).toBe(3);
    for (const tensor of [stack, sum]) tfjs.dispose?.(tensor);
    lease.release();
  });

  it("throws what the device refuses after the fact, with the sizes", async () => {
    // More than any budget here allows, so that the device itself has to say no.
    const { tfjs, webgpu } = joinTypes({ budgetBytes: 2 ** 42 });
    const lease = await webgpu.devices.lease(device);
    const stack = await tfjs.fromHost(host, { device });
    const bytes = lease.device.maxArrayBytes;
    const made: GPUBuffer[] = [];
    let manager: BufferManager | undefined;
    const refused = computeTensor(tf, stack, () => {
      manager = (tf.backend() as unknown as { readonly bufferManager: BufferManager }).bufferManager;
      while (made.length < 200) made.push(manager.acquireBuffer(bytes, storage));
      return tf.add(stack, tf.scalar(1));
    });
    await expect(refused).rejects.toMatchObject({
      code: "out-of-memory",
      details: { device, requestedBytes: bytes },
    });
    for (const buffer of made) manager?.releaseBuffer(buffer, false);
    const fine = await computeTensor(tf, stack, () => tf.add(stack, tf.scalar(1)));
    expect((await tfjs.toHost(fine)).data[9]).toBe(1);
    for (const tensor of [stack, fine]) tfjs.dispose?.(tensor);
    expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
    lease.release();
  });

  it("says that a device was lost in the middle, and goes on on a fresh one", async () => {
    const { tfjs, webgpu } = joinTypes();
    await useBackend("cpu");
    const before = counts();
    const lost = await webgpu.devices.lease(device);
    const stack = await tfjs.fromHost(host, { device });
    const work = computeTensor(tf, stack, () => {
      const sum = tf.add(stack, tf.scalar(1));
      lost.gpu.device.destroy();
      return sum;
    });
    await expect(work).rejects.toMatchObject({ code: "device-lost", details: { device } });
    await expect(tfjs.toHost(stack)).rejects.toMatchObject({ code: "device-lost" });
    await expect(computeTensor(tf, stack, () => tf.add(stack, stack))).rejects.toMatchObject({
      code: "device-lost",
    });
    tfjs.dispose?.(stack);
    lost.release();
    expect(counts()).toEqual(before);

    const lease = await webgpu.devices.lease(device);
    const again = await tfjs.fromHost(host, { device });
    const sum = await computeTensor(tf, again, () => tf.add(again, tf.scalar(2)));
    expect((await tfjs.toHost(sum)).data[7]).toBe(2);
    for (const tensor of [again, sum]) tfjs.dispose?.(tensor);
    lease.release();
    expect(counts()).toEqual(before);
  });

  it("computes on two leases of one device, and with a tensor of each", async () => {
    const one = joinTypes();
    const two = joinTypes();
    const leases = [await one.webgpu.devices.lease(device), await two.webgpu.devices.lease(device)];
    const a = await one.tfjs.fromHost(host, { device });
    const b = await two.tfjs.fromHost(host, { device });
    const sums = await Promise.all(
      [a, b].map((tensor, i) => computeTensor(tf, tensor, () => tf.add(tensor, tf.scalar(i)))),
    );
    const [first, second] = sums as [Tensor, Tensor];
    expect((await one.tfjs.toHost(first)).data[3]).toBe(0);
    expect((await two.tfjs.toHost(second)).data[3]).toBe(1);
    for (const tensor of [a, first]) one.tfjs.dispose?.(tensor);
    for (const tensor of [b, second]) two.tfjs.dispose?.(tensor);
    for (const lease of leases) {
      expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
      lease.release();
    }
  });
});
