import { createMemoryRegistry } from "@platewright/core";
import { expect, test } from "vitest";
import { createDeviceLeases } from "../../src/run/call/device-leases.ts";
import { createShader } from "../support/devices.ts";
import { createFakeDevices } from "../support/fake-devices.ts";

test.each([
  [4, ["A01", "A02", "A03", "A04", "A05"], 250],
  [4, ["A01", "A02"], 500],
  [1, ["A01", "A02"], 1000],
])(
  "of %i workers each has its share of a device for the wells %j: %i bytes",
  async (workers, wells, share) => {
    const devices = createFakeDevices(["gpu:0"], 1000);
    const memory = createMemoryRegistry([createShader(devices).type], []);
    const plan = {
      devices: await devices.provider.list(),
      settings: { workers },
      wells: Object.fromEntries(wells.map((well) => [well, { template: 0 }])),
    };
    const leases = createDeviceLeases(plan as never, memory);
    await leases.forWell({ shader: "gpu:0" } as never);
    expect(() => devices.take("gpu:0", share + 1)).toThrow("has no room");
    devices.take("gpu:0", share);
    leases.release();
    expect(devices.leased()).toBe(0);
  },
);
