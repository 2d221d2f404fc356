import type { DType } from "../memory/dtype.ts";
import { bytesOf } from "../memory/host-array.ts";
import type { Plan, PlannedPlate, Prediction, WellTemplate } from "./plan.ts";
import { scheduleUnits, type WorkUnit } from "./units.ts";

/**
 * Predicts bytes for one well by walking its schedule: what is held at once by stacks that still have readers, by the
 * unit at work and by what it makes. Nothing is predicted where the plate's shape or dtype is not known.
 */
export function predictWell(
  plan: Pick<Plan, "steps">,
  template: WellTemplate,
  plate: PlannedPlate,
): Prediction {
  const { shape, dtype } = plate;
  if (!shape || !dtype) return {};
  const schedule = scheduleUnits(plan, template);
  const readers = new Map<WorkUnit, number>();
  for (const unit of schedule)
    for (const before of unit.reads) readers.set(before, (readers.get(before) ?? 0) + 1);
  const held = new Map<WorkUnit, number>();
  const dtypes = new Map<WorkUnit, DType>();
  const total = { live: 0, peak: 0, read: 0, written: 0 };
  for (const unit of schedule) {
    const stack = (slices: number, of: DType) => bytesOf([slices, ...shape], of);
    let current = (unit.reads[0] && dtypes.get(unit.reads[0])) ?? dtype;
    const input = stack(unit.inputs.length, current);
    const sharesInput = unit.reads.length === 1 && unit.reads[0]?.outputs.length === unit.inputs.length;
    let working = sharesInput ? 0 : input;
    if (unit.step.source === "plate") total.read += input;
    for (const call of unit.chain.calls) {
      current = call.dtype === "same" ? current : call.dtype;
      const output = stack(unit.inputs.length, current);
      total.peak = Math.max(total.peak, total.live + working + output);
      working = output;
    }
    const output = stack(unit.outputs.length, current);
    for (const before of unit.reads) {
      const left = (readers.get(before) ?? 1) - 1;
      readers.set(before, left);
      if (left === 0) total.live -= held.get(before) ?? 0;
    }
    dtypes.set(unit, current);
    if (unit.step.output) total.written += output;
    if ((readers.get(unit) ?? 0) > 0) {
      held.set(unit, output);
      total.live += output;
    }
  }
  return {
    peakHostBytes: total.peak,
    peakDeviceBytes: 0,
    bytesRead: total.read,
    bytesWritten: total.written,
  };
}
