import type { Plan, PlannedWell } from "../../compile/plan/plan.ts";
import type { DeviceLease, DeviceProvider } from "../../memory/device.ts";
import type { MemoryRegistry } from "../../memory/memory-registry.ts";
import type { DeviceId, MemoryTypeName } from "../../memory/memory-type.ts";

/** The devices that one worker has leased, kept from well to well. */
export interface DeviceLeases {
  /** The devices that the plan gives a well: a fresh one where it was lost, another where it is gone. */
  forWell(planned: PlannedWell["devices"]): Promise<WellDevices>;
  /** Gives all leases back. */
  release(): void;
}

/** The devices of one well. */
export interface WellDevices {
  /** The device on which arrays of a memory type live; none for a CPU type, or where there is no device any more. */
  deviceOf(memoryType: MemoryTypeName): DeviceId | undefined;
  /** Leases a device other than the well's own for a memory type; `undefined` where there is none. */
  other(memoryType: MemoryTypeName): Promise<DeviceId | undefined>;
  /** Frees what lies ready in the pools of the devices. */
  trim(): void;
  /** Says that the well is done. Gives the bytes of arrays that it left on the devices, as far as no other well is under way. */
  end(): number;
  /** Why one of the devices is lost; `undefined` while all are there. */
  lostBecause(): Promise<string | undefined>;
}

/** Makes the leases of one worker; it may hold a worker's share of each device's memory. */
export function createDeviceLeases(
  plan: Pick<Plan, "devices" | "settings" | "wells">,
  memory: MemoryRegistry,
): DeviceLeases {
  const leases = new Map<DeviceId, DeviceLease>();
  const leasing = new Map<DeviceId, Promise<DeviceLease>>();
  const underWay = underWayIn(memory);
  const sharers = Math.max(1, Math.min(plan.settings.workers, Object.keys(plan.wells).length));

  const lease = async (provider: DeviceProvider, id: DeviceId): Promise<DeviceLease> => {
    const held = leases.get(id);
    if (held && !held.isLost) return held;
    // Wells that run at once share a lease.
    const asked = leasing.get(id) ?? leaseFresh(provider, id).finally(() => leasing.delete(id));
    leasing.set(id, asked);
    return asked;
  };
  const leaseFresh = async (provider: DeviceProvider, id: DeviceId): Promise<DeviceLease> => {
    leases.get(id)?.release();
    leases.delete(id);
    const known =
      plan.devices.find((device) => device.id === id) ?? (await provider.list()).find((one) => one.id === id);
    const budgetBytes = known && Math.floor(known.budgetBytes / sharers);
    const fresh = await provider.lease(id, { budgetBytes });
    leases.set(id, fresh);
    const { liveBytes } = fresh.usage();
    underWay.liveBefore.set(id, Math.min(underWay.liveBefore.get(id) ?? liveBytes, liveBytes));
    return fresh;
  };
  const leaseAny = async (
    provider: DeviceProvider,
    ids: readonly DeviceId[],
  ): Promise<DeviceLease | undefined> => {
    for (const id of ids) {
      try {
        return await lease(provider, id);
      } catch {
        // A device that can't be leased is as good as absent: the next one.
      }
    }
    return undefined;
  };
  const leaseOther = async (provider: DeviceProvider, id: DeviceId | undefined) =>
    leaseAny(
      provider,
      (await provider.list()).map((device) => device.id).filter((other) => other !== id),
    );

  return {
    async forWell(planned = {}) {
      const own = new Map<string, DeviceLease>();
      for (const [name, id] of Object.entries(planned)) {
        const provider = memory.get(name as MemoryTypeName).devices;
        const found = provider && ((await leaseAny(provider, [id])) ?? (await leaseOther(provider, id)));
        if (found) own.set(name, found);
      }
      const all = new Set(own.values());
      if (underWay.wells++ === 0) underWay.liveBefore = liveBytesOf(leases);
      return {
        deviceOf: (memoryType) => own.get(memoryType)?.device.id,
        async other(memoryType) {
          const provider = memory.get(memoryType).devices;
          const found = provider && (await leaseOther(provider, own.get(memoryType)?.device.id));
          if (found) all.add(found);
          return found?.device.id;
        },
        trim() {
          for (const held of all) held.trim();
        },
        end() {
          if (--underWay.wells > 0) return 0;
          const { liveBefore } = underWay;
          return [...liveBytesOf(leases)].reduce(
            (sum, [id, bytes]) => sum + Math.max(0, bytes - (liveBefore.get(id) ?? 0)),
            0,
          );
        },
        async lostBecause() {
          const lost = [...all].find((held) => held.isLost);
          return lost && `${lost.device.id}: ${await lost.lost}`;
        },
      };
    },
    release() {
      for (const held of leases.values()) held.release();
      leases.clear();
    },
  };
}

/** The wells that run now on the devices of a registry, whoever runs them, and what lay on the devices before the first. */
interface UnderWay {
  wells: number;
  liveBefore: Map<DeviceId, number>;
}

const underWays = new WeakMap<MemoryRegistry, UnderWay>();

function underWayIn(memory: MemoryRegistry): UnderWay {
  const known = underWays.get(memory) ?? { wells: 0, liveBefore: new Map() };
  underWays.set(memory, known);
  return known;
}

function liveBytesOf(leases: ReadonlyMap<DeviceId, DeviceLease>): Map<DeviceId, number> {
  const there = [...leases].filter(([, held]) => !held.isLost);
  return new Map(there.map(([id, held]) => [id, held.usage().liveBytes]));
}
