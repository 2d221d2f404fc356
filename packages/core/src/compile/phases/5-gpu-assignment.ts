import type { DeviceProvider } from "../../memory/device.ts";
import type { DeviceId, MemoryTypeName } from "../../memory/memory-type.ts";
import { addTo } from "../../plain-data.ts";
import type { AssignedDraft, ContractedDraft, DevicesThere, PhaseContext } from "../draft.ts";
import { callsOf, type PlannedDevice } from "../plan/plan.ts";

/**
 * Phase 5: gives every well a device for the GPU memory types its steps use, so that each device gets wells in
 * proportion to its memory; memory types of one provider share their well's device. CPU steps need none.
 */
export function assignDevices(draft: ContractedDraft, context: PhaseContext): AssignedDraft {
  const devices = new Map<DeviceId, PlannedDevice>();
  const wellDevices = new Map<string, Record<string, DeviceId>>();
  for (const types of groupByProvider(neededTypes(draft, context), context)) {
    const there = context.devices.get(types[0]?.name ?? "") ?? { devices: [] };
    if (there.devices.length === 0) {
      for (const type of types) reportNoDevice(type, there, context);
      continue;
    }
    const next = spreadByBudget(there);
    for (const well of context.wells) {
      const device = next();
      devices.set(device.id, device);
      const own = wellDevices.get(well) ?? {};
      for (const { name } of types) own[name] = device.id;
      wellDevices.set(well, own);
    }
  }
  return { ...draft, devices: [...devices.values()], wellDevices };
}

interface NeededType {
  readonly name: MemoryTypeName;
  /** The first step that needs it. */
  readonly step: string;
  /** The step's function that has no CPU variant, though one was asked for. */
  readonly withoutTwin?: string;
}

function neededTypes(draft: ContractedDraft, context: PhaseContext): readonly NeededType[] {
  const needed = new Map<MemoryTypeName, NeededType>();
  for (const step of draft.steps) {
    const asks = step.settings.values.cpuFallback;
    for (const { input, output, function: fn } of callsOf({ chains: step.planned })) {
      for (const name of [input, output]) {
        if (context.memory.get(name).processor === "gpu" && !needed.has(name))
          needed.set(name, { name, step: step.name, ...(asks && { withoutTwin: fn.name }) });
      }
    }
  }
  return [...needed.values()];
}

/** The needed types whose devices are the same. */
function groupByProvider(
  needed: readonly NeededType[],
  { memory }: PhaseContext,
): readonly (readonly NeededType[])[] {
  const groups = new Map<DeviceProvider | MemoryTypeName, NeededType[]>();
  for (const type of needed) addTo(groups, memory.get(type.name).devices ?? type.name, type);
  return [...groups.values()];
}

/** Hands out devices so that none has more wells for its memory than it must. */
function spreadByBudget({ devices }: DevicesThere): () => PlannedDevice {
  const shares = devices.map(({ id, name, processor, budgetBytes }) => ({
    device: { id, name, processor, budgetBytes },
    wells: 0,
  }));
  const fullness = (share: (typeof shares)[number]) =>
    (share.wells + 1) / Math.max(share.device.budgetBytes, 1);
  return () => {
    const least = shares.reduce((best, share) => (fullness(share) < fullness(best) ? share : best));
    least.wells++;
    return least.device;
  };
}

function reportNoDevice(
  { name, step, withoutTwin }: NeededType,
  { remedy }: DevicesThere,
  context: PhaseContext,
): void {
  const orElse =
    withoutTwin === undefined
      ? "set cpuFallback: true where the function has a CPU variant"
      : `take "${withoutTwin}" from a family that has a CPU variant (cpuFallback finds none for it)`;
  context.report(
    step,
    "device-missing",
    `It runs on ${name}, but there is no device for it.`,
    `${remedy ?? "See what is there with `platewright doctor`."} Or use functions of a CPU memory type, or ${orElse}.`,
  );
}
