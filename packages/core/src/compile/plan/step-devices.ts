import type { DeviceId } from "../../memory/memory-type.ts";
import type { Plan, StepPlan } from "./plan.ts";

/** The devices on which a step works, in one well or in any of them; none where it works on the CPU alone. */
export function devicesOfStep(plan: Pick<Plan, "wells">, step: StepPlan, well?: string): readonly DeviceId[] {
  const calls = Object.values(step.chains).flatMap((chain) => chain.calls);
  const types = new Set(calls.flatMap(({ input, output }) => [input, output]));
  const wells = well === undefined ? Object.values(plan.wells) : [plan.wells[well]];
  const devices = wells.flatMap((planned) => [...types].flatMap((type) => planned?.devices?.[type] ?? []));
  return [...new Set(devices)];
}
