import type { DeviceId } from "../../memory/memory-type.ts";
import type { AssignedDraft, ContractedDraft, PhaseContext } from "../draft.ts";

/** Phase 5: gives every well a device for the GPU memory types its steps use, in turn; CPU steps need none. */
export function assignDevices(draft: ContractedDraft, context: PhaseContext): AssignedDraft {
  const wellDevices = new Map<string, DeviceId>();
  const needed = new Map<string, string>();
  for (const step of draft.steps) {
    for (const { calls } of Object.values(step.planned)) {
      for (const { input, output } of calls) {
        for (const name of [input, output]) {
          if (context.memory.get(name).processor === "gpu" && !needed.has(name)) needed.set(name, step.name);
        }
      }
    }
  }
  for (const [memoryType, step] of needed) {
    const devices = context.devices.get(memoryType) ?? [];
    if (devices.length === 0) {
      context.report({
        step,
        code: "device-missing",
        message: `It runs on ${memoryType}, but there is no device for it.`,
        hint: "See what is there with `platewright doctor`, or use functions of a CPU memory type.",
      });
      continue;
    }
    for (const [i, well] of context.wells.entries())
      wellDevices.set(well, devices[i % devices.length] as DeviceId);
  }
  return { ...draft, wellDevices };
}
