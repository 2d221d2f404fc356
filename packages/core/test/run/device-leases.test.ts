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

const planned = { shader: "gpu:0" } as never;
const leasesOf = async (count: number) => {
  const devices = createFakeDevices(["gpu:0"], 1000);
  const memory = createMemoryRegistry([createShader(devices).type], []);
  const plan = {
    devices: await devices.provider.list(),
    settings: { workers: 1 },
    wells: { A01: { template: 0 }, A02: { template: 0 } },
  };
  return { devices, leases: Array.from({ length: count }, () => createDeviceLeases(plan as never, memory)) };
};

test("two wells that begin at once share one lease, which is given back", async () => {
  const {
    devices,
    leases: [leases],
  } = await leasesOf(1);
  await Promise.all([leases?.forWell(planned), leases?.forWell(planned)]);
  expect(devices.leased()).toBe(1);
  leases?.release();
  expect(devices.leased()).toBe(0);
});

test("what another run holds on the device is no leak of this one, and what both leave is one of the last", async () => {
  const {
    devices,
    leases: [first, second],
  } = await leasesOf(2);
  devices.take("gpu:0", 7);
  const one = await first?.forWell(planned);
  devices.take("gpu:0", 100);
  const other = await second?.forWell(planned);
  devices.take("gpu:0", 20);
  expect(one?.end()).toBe(0);
  devices.free("gpu:0", 100);
  expect(other?.end()).toBe(20);
});
