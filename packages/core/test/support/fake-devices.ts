import {
  absentDevice,
  type DeviceInfo,
  type DeviceLease,
  type DeviceProvider,
  deviceLost,
  outOfMemory,
} from "@platewright/core";

/** Devices that exist only in a test: their memory is counted, and they can be lost or run out of it at will. */
export interface FakeDevices {
  readonly provider: DeviceProvider;
  /** Takes room on a device; throws as a device would. */
  take(id: string, bytes: number): void;
  free(id: string, bytes: number): void;
  /** Loses a device; the next lease of it gets a fresh one. */
  lose(id: string, reason: string): void;
  /** Takes a device away: it can't be leased any more. */
  remove(id: string): void;
  /** Is called before each allocation, to do mischief. */
  beforeTake: (id: string, bytes: number) => void;
  usage(id: string): { readonly liveBytes: number; readonly liveBuffers: number };
  /** Leases that were not given back. */
  leased(): number;
}

interface FakeDevice {
  info: DeviceInfo;
  liveBytes: number;
  liveBuffers: number;
  budget: number;
  generation: number;
  loseNow: (reason: string) => void;
  lost: Promise<string>;
  isLost: boolean;
}

/** Makes devices of these names, each with a budget in bytes. */
export function createFakeDevices(
  names: readonly string[],
  budgetBytes = 1_000_000,
  more: Partial<DeviceInfo> = {},
): FakeDevices {
  const devices = new Map<string, FakeDevice>();
  let leased = 0;
  const start = (info: DeviceInfo, generation: number): FakeDevice => {
    let loseNow: (reason: string) => void = () => {};
    const lost = new Promise<string>((resolve) => {
      loseNow = resolve;
    });
    const device = {
      info,
      liveBytes: 0,
      liveBuffers: 0,
      budget: info.budgetBytes,
      generation,
      loseNow,
      lost,
    };
    return { ...device, isLost: false };
  };
  for (const id of names) {
    const info: DeviceInfo = {
      ...{ id, name: `Fake ${id}`, processor: "hardware", budgetBytes, maxArrayBytes: budgetBytes },
      ...more,
    };
    devices.set(id, start(info, 0));
  }
  const deviceOf = (id: string): FakeDevice => {
    const device = devices.get(id);
    if (!device) throw absentDevice(id, "shader", [...devices.keys()]);
    return device;
  };
  const leaseOf = (device: FakeDevice): DeviceLease => ({
    device: device.info,
    budgetBytes: device.budget,
    lost: device.lost,
    get isLost() {
      return device.isLost;
    },
    usage: () => ({ liveBytes: device.liveBytes, liveBuffers: device.liveBuffers, idleBytes: 0 }),
    trim: () => {},
    release: () => {
      leased--;
    },
  });
  const fake: FakeDevices = {
    beforeTake: () => {},
    provider: {
      name: "fake",
      list: async () => [...devices.values()].map(({ info }) => info),
      remedy: async () => "Plug one in.",
      async lease(id, options) {
        let device = deviceOf(id);
        if (device.isLost) {
          device = start(device.info, device.generation + 1);
          devices.set(id, device);
        }
        device.budget = options?.budgetBytes ?? device.info.budgetBytes;
        leased++;
        return leaseOf(device);
      },
    },
    take(id, bytes) {
      fake.beforeTake(id, bytes);
      const device = deviceOf(id);
      if (device.isLost) throw deviceLost(id, "it was unplugged");
      if (device.liveBytes + bytes > device.budget) {
        throw outOfMemory({
          device: id,
          requestedBytes: bytes,
          liveBytes: device.liveBytes,
          budgetBytes: device.budget,
        });
      }
      device.liveBytes += bytes;
      device.liveBuffers++;
    },
    free(id, bytes) {
      const device = devices.get(id);
      if (!device || device.isLost) return;
      device.liveBytes -= bytes;
      device.liveBuffers--;
    },
    lose(id, reason) {
      const device = deviceOf(id);
      Object.assign(device, { isLost: true, liveBytes: 0, liveBuffers: 0 });
      device.loseNow(reason);
    },
    remove: (id) => devices.delete(id),
    usage: (id) => deviceOf(id),
    leased: () => leased,
  };
  return fake;
}
