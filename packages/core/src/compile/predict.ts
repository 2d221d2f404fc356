import type { DType } from "../memory/dtype.ts";
import { bytesOf } from "../memory/host-array.ts";
import { type Plan, type PlannedPlate, type Prediction, plannedSlices, type WellTemplate } from "./plan.ts";
import { scheduleUnits, type WorkUnit } from "./units.ts";

/**
 * Predicts bytes for one well by walking its schedule as the run does: stacks that still have readers, the stack at work,
 * and what is made from it. Buffers of the storages come on top: one stack that is read ahead, a few images being written.
 * Nothing is predicted where the plate's shape or dtype is not known.
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
  const account = createAccount();
  const results = new Map<WorkUnit, Held>();
  const totals = { read: 0, written: 0 };
  const stackBytes = (slices: number, of: DType) => bytesOf([slices, ...shape], of);

  for (const unit of schedule) {
    const from = unit.reads[0] && results.get(unit.reads[0]);
    let type = from?.dtype ?? dtype;
    const passes =
      from !== undefined && unit.reads.length === 1 && unit.reads[0]?.outputs.length === unit.inputs.length;
    let current = passes ? account.share(from) : account.make(stackBytes(unit.inputs.length, type), type);
    if (unit.source === "plate") totals.read += current.bytes;
    for (const before of unit.reads) {
      const left = (readers.get(before) ?? 1) - 1;
      readers.set(before, left);
      if (left === 0) account.drop(results.get(before));
    }
    let slices = unit.inputs.length;
    for (const call of unit.chain.calls) {
      if (call.conversion?.route.some(({ cost }) => cost !== "view"))
        current = account.exchange(current, current.bytes, type);
      if (call.dtype !== "same") type = call.dtype;
      const parting = call.unit === "slice" && slices > 1;
      slices = plannedSlices(call.slices, slices);
      const bytes = stackBytes(slices, type);
      // Slices come back one by one and are joined at the end; a single one is its own stack.
      const parts = parting ? account.make(bytes, type) : undefined;
      current = account.exchange(current, bytes, type);
      account.drop(parts);
    }
    if (unit.output) totals.written += current.bytes;
    if ((readers.get(unit) ?? 0) > 0) results.set(unit, current);
    else account.drop(current);
  }
  return {
    peakHostBytes: account.peak(),
    peakDeviceBytes: 0,
    bytesRead: totals.read,
    bytesWritten: totals.written,
  };
}

interface Held {
  holders: number;
  readonly bytes: number;
  readonly dtype: DType;
}

/** Arrays that are held, and the most there ever were. */
interface HeldAccount {
  make(bytes: number, dtype: DType): Held;
  share(held: Held): Held;
  drop(held: Held | undefined): void;
  /** Something new beside it, which then takes its place. */
  exchange(held: Held, bytes: number, dtype: DType): Held;
  peak(): number;
}

function createAccount(): HeldAccount {
  let live = 0;
  let peak = 0;
  const make = (bytes: number, dtype: DType): Held => {
    live += bytes;
    peak = Math.max(peak, live);
    return { holders: 1, bytes, dtype };
  };
  const drop = (held: Held | undefined): void => {
    if (held && --held.holders === 0) live -= held.bytes;
  };
  return {
    make,
    drop,
    share(held) {
      held.holders++;
      return held;
    },
    exchange(held, bytes, dtype) {
      const made = make(bytes, dtype);
      drop(held);
      return made;
    },
    peak: () => peak,
  };
}
