import { createHostArray } from "@platewright/core";
import { expect, test } from "vitest";
import { describeGpu, gpuDevices } from "../../../test/support/gpu.ts";
import { webgpuBackend } from "../src/index.ts";
import { openBareDevice } from "./support/bare-device.ts";

const id = "webgpu:0";
const host = createHostArray([2, 3], "uint8", Uint8Array.of(1, 2, 3, 4, 5, 6));

describeGpu("the devices of a machine", () => {
  test("are listed with name, kind and room, hardware first", async () => {
    const { devices } = webgpuBackend();
    const list = await devices.list();
    expect(list.map((info) => info.id)).toEqual(list.map((_, i) => `webgpu:${i}`));
    for (const { name, budgetBytes, maxArrayBytes } of list) {
      expect(name).not.toBe("");
      expect(budgetBytes).toBeGreaterThanOrEqual(2 ** 30);
      expect(maxArrayBytes).toBeGreaterThanOrEqual(2 ** 27);
    }
    const kinds = list.map(({ processor }) => processor);
    expect(kinds).toEqual([...kinds].sort());
    expect(await devices.remedy()).toBeUndefined();
    expect(list.find(({ name }) => /swiftshader/i.test(name))?.processor).not.toBe("hardware");
    expect(await devices.list()).toEqual(list);
  });

  test("are leased by name; another name is an error that lists them", async () => {
    const { devices } = webgpuBackend();
    await expect(devices.lease("webgpu:-1")).rejects.toMatchObject({
      code: "device",
      details: { device: "webgpu:-1", devices: gpuDevices.map((info) => info.id) },
    });
    await expect(devices.lease(id, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  test("one is opened once for all its leases and destroyed after the last", async () => {
    const { devices } = webgpuBackend();
    const leases = await Promise.all([devices.lease(id), devices.lease(id), devices.lease(id)]);
    const [first, second, third] = leases;
    expect(new Set(leases.map(({ gpu }) => gpu)).size).toBe(1);
    first?.release();
    first?.release(); // again: nothing
    second?.release();
    expect(devices.deviceOf(id)).toBe(third?.gpu);
    third?.release();
    expect(await third?.lost).toContain("destroyed");
    expect(third?.isLost).toBe(true);
    expect(() => devices.deviceOf(id)).toThrow('There is no device "webgpu:0"');
    const again = await devices.lease(id);
    expect(again.gpu).not.toBe(third?.gpu);
    expect(again.isLost).toBe(false);
    again.release();
  });

  test("after a loss the next lease is of a fresh device; those before it end without harm", async () => {
    const backend = webgpuBackend();
    const old = await backend.devices.lease(id);
    const array = await backend.fromHost(host, { device: id });
    old.gpu.device.destroy();
    await old.lost;
    await expect(Promise.resolve(backend.toHost(array))).rejects.toMatchObject({ code: "device-lost" });
    const fresh = await backend.devices.lease(id);
    expect(fresh.gpu).not.toBe(old.gpu);
    old.release();
    const again = await backend.fromHost(host, { device: id });
    expect(await backend.toHost(again)).toEqual(host);
    backend.dispose?.(array); // of the lost device: nothing
    backend.dispose?.(again);
    expect(fresh.usage().liveBuffers).toBe(0);
    fresh.release();
  });

  test("leases share the device's budget, each adding its own", async () => {
    const backend = webgpuBackend({ budgetBytes: 10_000 });
    const small = await backend.devices.lease(id, { budgetBytes: 4000 });
    expect(small.budgetBytes).toBe(4000);
    await expect(small.gpu.allocate(4004)).rejects.toMatchObject({
      code: "out-of-memory",
      details: { requestedBytes: 4004, liveBytes: 0, budgetBytes: 4000 },
    });
    const other = await backend.devices.lease(id, { budgetBytes: 4000 });
    const buffer = await small.gpu.allocate(8000);
    await expect(other.gpu.allocate(4)).rejects.toMatchObject({ code: "out-of-memory" });
    const all = await backend.devices.lease(id);
    expect(all.budgetBytes).toBe(10_000);
    await expect(all.gpu.allocate(2004)).rejects.toThrow("8000 of 10000 are held");
    all.gpu.release(buffer);
    for (const lease of [small, other, all]) lease.release();
  });
});

describeGpu("a borrowed device", () => {
  test("is the only one, and is never destroyed", async () => {
    const device = await openBareDevice();
    const backend = webgpuBackend({ device, budgetBytes: 2 ** 20 });
    expect(await backend.devices.list()).toMatchObject([{ id, budgetBytes: 2 ** 20 }]);
    const lease = await backend.devices.lease(id);
    expect(lease.gpu.device).toBe(device);
    const array = await backend.fromHost(host, { device: id });
    backend.dispose?.(array);
    expect(lease.usage().idleBytes).toBe(8);
    lease.release();
    expect(lease.usage().idleBytes).toBe(0);
    const again = await backend.devices.lease(id);
    expect(again.isLost).toBe(false);
    expect(await backend.toHost(await backend.fromHost(host, { device: id }))).toEqual(host);
    device.destroy();
    await again.lost;
    await expect(backend.devices.lease(id)).rejects.toMatchObject({ code: "device-lost" });
  });

  test("of Dawn's null backend is refused: it computes nothing", async () => {
    const device = await openBareDevice(["backend=null"]);
    expect(() => webgpuBackend({ device })).toThrow("computes nothing");
    device.destroy();
  });
});
