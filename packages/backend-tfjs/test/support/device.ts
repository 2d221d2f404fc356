import { shareBuffers, type TfjsOnWebgpu, tfjsOnWebgpu } from "@platewright/backend-tfjs/webgpu";
import {
  type GpuDevice,
  type GpuLease,
  type WebgpuBackend,
  webgpuBackend,
} from "@platewright/backend-webgpu";
import { createMemoryRegistry, type MemoryRegistry, type MemoryType } from "@platewright/core";
import { afterAll, beforeAll, expect } from "vitest";
import { counts, tf, useBackend } from "./backends.ts";

/** TensorFlow.js on a leased device, both of which the tests of the calling block must leave as they were. */
export interface OnDevice {
  readonly webgpu: WebgpuBackend;
  readonly tfjs: TfjsOnWebgpu;
  readonly registry: MemoryRegistry;
  readonly gpu: GpuDevice;
}

/** Makes the memory types `webgpu` and `tfjs` on one device. */
export function joinTypes(options?: Parameters<typeof webgpuBackend>[0]): Omit<OnDevice, "gpu"> {
  const webgpu = webgpuBackend(options);
  const tfjs = tfjsOnWebgpu({ tf, webgpu });
  const types = [webgpu, tfjs] as unknown as MemoryType[];
  return { webgpu, tfjs, registry: createMemoryRegistry(types, shareBuffers(tfjs, webgpu) as never) };
}

/** Leases a device before the tests of the calling block, and sees afterwards that nothing lies on it. */
export function leaseForTests(options?: Parameters<typeof webgpuBackend>[0]): OnDevice {
  const joined = joinTypes(options);
  let lease: GpuLease | undefined;
  let before: ReturnType<typeof counts> | undefined;
  beforeAll(async () => {
    await useBackend("cpu");
    before = counts();
    lease = await joined.webgpu.devices.lease("webgpu:0");
  });
  afterAll(() => {
    expect(lease?.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
    expect(counts()).toEqual(before);
    lease?.release();
  });
  return {
    ...joined,
    get gpu() {
      if (!lease) throw new Error("The device is leased before the tests.");
      return lease.gpu;
    },
  };
}
