import {
  absentDevice,
  type DeviceId,
  type DeviceLease,
  type DeviceProvider,
  deviceLost,
  type LeaseOptions,
  throwIfAborted,
} from "@platewright/core";
import { type DeviceOffer, offerBorrowed, offerDevices } from "./device-offer.ts";
import { createGpuDevice, type GpuDevice } from "./gpu-device.ts";

/** A WebGPU device, lent. */
export interface GpuLease extends DeviceLease {
  readonly gpu: GpuDevice;
}

/** Knows the machine's WebGPU devices and lends them. Leases of one device share its memory and the sum of their budgets. */
export interface GpuDeviceProvider extends DeviceProvider {
  lease(id: DeviceId, options?: LeaseOptions): Promise<GpuLease>;
  /** The device of this name that is lent now. Throws "device" where none is, listing those that are. */
  deviceOf(id: DeviceId | undefined): GpuDevice;
}

/** What a provider lends. */
export interface GpuDeviceProviderOptions {
  /** A device that is open already: it is the only one then, and is never destroyed. Default: the machine's. */
  readonly device?: GPUDevice | undefined;
  /** Bytes that all leases of a device together may hold. Default: 4 GiB on hardware, 1 GiB on a program that stands in for it. */
  readonly budgetBytes?: number | undefined;
}

/** An open device and the budgets of its leases. */
interface Entry {
  readonly offer: DeviceOffer;
  readonly budgets: Set<Budget>;
  readonly opening: Promise<GpuDevice>;
  gpu?: GpuDevice;
}

interface Budget {
  readonly bytes: number;
}

/** Makes a provider; nothing is loaded or opened before it is asked. */
export function createDeviceProvider({
  device,
  budgetBytes,
}: GpuDeviceProviderOptions = {}): GpuDeviceProvider {
  const entries = new Map<DeviceId, Entry>();
  const borrowed = device && [offerBorrowed(device, budgetBytes)];
  let found: Promise<readonly DeviceOffer[] | string> | undefined;

  // Asked once, also where there is none: drivers take their time, and complain on stderr.
  const find = async (): Promise<readonly DeviceOffer[] | string> => {
    if (borrowed) return borrowed;
    found ??= offerDevices(budgetBytes);
    return found;
  };
  const list = async () => {
    const offers = await find();
    return typeof offers === "string" ? [] : offers;
  };

  const forget = (entry: Entry): void => {
    const { id } = entry.offer.info;
    if (entries.get(id) === entry) entries.delete(id);
  };
  const close = (entry: Entry): void => {
    if (entry.offer.isOwned) {
      forget(entry);
      entry.gpu?.device.destroy();
    } else entry.gpu?.trim();
  };

  /** The open device, or a fresh one where there is none or it was lost; the budget counts from the start. */
  async function take(offer: DeviceOffer, budget: Budget): Promise<{ entry: Entry; gpu: GpuDevice }> {
    const entry = entries.get(offer.info.id) ?? openEntry(offer);
    entries.set(offer.info.id, entry);
    entry.budgets.add(budget);
    try {
      const gpu = await entry.opening;
      if (!gpu.isLost) return { entry, gpu };
      if (!offer.isOwned) throw deviceLost(gpu.id, await gpu.lost);
    } catch (thrown) {
      entry.budgets.delete(budget);
      if (offer.isOwned) forget(entry);
      throw thrown;
    }
    forget(entry);
    return take(offer, budget);
  }

  return {
    name: "webgpu",
    list: async () => (await list()).map(({ info }) => info),
    async remedy() {
      const offers = await find();
      return typeof offers === "string" ? offers : undefined;
    },
    async lease(id, { budgetBytes = Number.POSITIVE_INFINITY, signal } = {}) {
      throwIfAborted(signal);
      const offers = await list();
      const offer = offers.find(({ info }) => info.id === id);
      if (!offer)
        throw absentDevice(
          id,
          "webgpu",
          offers.map(({ info }) => info.id),
        );
      const budget = { bytes: Math.min(budgetBytes, offer.info.budgetBytes) };
      const { entry, gpu } = await take(offer, budget);
      return lend(gpu, budget, () => {
        if (entry.budgets.delete(budget) && entry.budgets.size === 0) close(entry);
      });
    },
    deviceOf(id) {
      const gpu = id === undefined ? undefined : entries.get(id)?.gpu;
      if (!gpu) throw absentDevice(id, "webgpu", [...entries.keys()]);
      return gpu;
    },
  };
}

function openEntry(offer: DeviceOffer): Entry {
  const { info } = offer;
  const budgets = new Set<Budget>();
  const budget = () =>
    Math.min(
      info.budgetBytes,
      [...budgets].reduce((sum, { bytes }) => sum + bytes, 0),
    );
  const opening = offer.open().then((device) => {
    entry.gpu = createGpuDevice(device, { info, budget });
    return entry.gpu;
  });
  const entry: Entry = { offer, budgets, opening };
  return entry;
}

function lend(gpu: GpuDevice, { bytes }: Budget, release: () => void): GpuLease {
  return {
    gpu,
    device: gpu.info,
    budgetBytes: bytes,
    lost: gpu.lost,
    get isLost() {
      return gpu.isLost;
    },
    usage: () => gpu.usage(),
    trim: () => gpu.trim(),
    release,
  };
}
