import { afterAll, beforeAll, expect } from "vitest";
import { type GpuDevice, type GpuLease, type WebgpuBackend, webgpuBackend } from "../../src/index.ts";

/** A leased device for the tests of the calling block, which must leave nothing on it. */
export function leaseForTests(options?: Parameters<typeof webgpuBackend>[0]): {
  readonly backend: WebgpuBackend;
  readonly gpu: GpuDevice;
} {
  const backend = webgpuBackend(options);
  let lease: GpuLease | undefined;
  beforeAll(async () => {
    lease = await backend.devices.lease("webgpu:0");
  });
  afterAll(() => {
    expect(lease?.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
    lease?.release();
  });
  return {
    backend,
    get gpu() {
      if (!lease) throw new Error("The device is leased before the tests.");
      return lease.gpu;
    },
  };
}
