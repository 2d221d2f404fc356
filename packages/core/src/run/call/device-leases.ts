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
  const underWay: UnderWay = { wells: 0, liveBefore: 0 };
  const sharers = Math.max(1, Math.min(plan.settings.workers, Object.keys(plan.wells).length));

  const lease = async (provider: DeviceProvider, id: DeviceId): Promise<DeviceLease> => {
    const held = leases.get(id);
    if (held && !held.isLost) return held;
    held?.release();
    leases.delete(id);
    const known = plan.devices.find((device) => device.id === id) ?? (await infoOf(provider, id));
    const budgetBytes = known && Math.floor(known.budgetBytes / sharers);
    const fresh = await provider.lease(id, { budgetBytes });
    leases.set(id, fresh);
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

  return {
    async forWell(planned = {}) {
      const own = new Map<string, DeviceLease>();
      for (const [name, id] of Object.entries(planned)) {
        const provider = memory.get(name as MemoryTypeName).devices;
        if (!provider) continue;
        const others = (await provider.list()).map((device) => device.id).filter((other) => other !== id);
        const found = await leaseAny(provider, [id, ...others]);
        if (found) own.set(name, found);
      }
      if (underWay.wells++ === 0) underWay.liveBefore = liveBytesOf(leases.values());
      return createWellDevices(own, memory, leaseAny, () => {
        if (--underWay.wells > 0) return 0;
        return Math.max(0, liveBytesOf(leases.values()) - underWay.liveBefore);
      });
    },
    release() {
      for (const held of leases.values()) held.release();
      leases.clear();
    },
  };
}

interface UnderWay {
  wells: number;
  liveBefore: number;
}

function liveBytesOf(leases: Iterable<DeviceLease>): number {
  return [...leases].reduce((sum, held) => (held.isLost ? sum : sum + held.usage().liveBytes), 0);
}

function createWellDevices(
  own: ReadonlyMap<string, DeviceLease>,
  memory: MemoryRegistry,
  leaseAny: (provider: DeviceProvider, ids: readonly DeviceId[]) => Promise<DeviceLease | undefined>,
  end: () => number,
): WellDevices {
  const all = new Set(own.values());
  return {
    deviceOf: (memoryType) => own.get(memoryType)?.device.id,
    async other(memoryType) {
      const provider = memory.get(memoryType).devices;
      const used = own.get(memoryType)?.device.id;
      const ids = ((await provider?.list()) ?? []).map(({ id }) => id).filter((id) => id !== used);
      const found = provider && (await leaseAny(provider, ids));
      if (found) all.add(found);
      return found?.device.id;
    },
    trim() {
      for (const held of all) held.trim();
    },
    end,
    async lostBecause() {
      const lost = [...all].find((held) => held.isLost);
      return lost && `${lost.device.id}: ${await lost.lost}`;
    },
  };
}

async function infoOf(provider: DeviceProvider, id: DeviceId) {
  return (await provider.list()).find((device) => device.id === id);
}
