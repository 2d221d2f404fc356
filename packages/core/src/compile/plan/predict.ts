import { bytesPerElement, type DType } from "../../memory/dtype.ts";
import { sizeOf, storedBytesOf } from "../../memory/host-array.ts";
import type { MemoryRegistry } from "../../memory/memory-registry.ts";
import type { MemoryTypeName } from "../../memory/memory-type.ts";
import { defined } from "../../plain-data.ts";
import {
  type Plan,
  type PlannedPlate,
  type PredictedPeak,
  type Prediction,
  plannedSlices,
  type WellTemplate,
} from "./plan.ts";
import { countReaders, scheduleUnits, type WorkUnit } from "./units.ts";

/**
 * Predicts bytes for one well by walking its schedule as the run does: stacks that still have readers, the stack at work,
 * what is made from it, and what functions say that they work in. Buffers of the storages come on top: one stack that is read ahead, a few images being written.
 * A function is taken to give the dtype that its contract says. Nothing is predicted where the plate's shape or dtype is not known.
 */
export function predictWell(
  plan: Pick<Plan, "steps">,
  template: WellTemplate,
  plate: PlannedPlate,
  memory: MemoryRegistry,
): Prediction {
  const { shape, dtype } = plate;
  if (!shape || !dtype) return {};
  const schedule = scheduleUnits(plan, template);
  const readers = countReaders(schedule);
  const results = new Map<WorkUnit, Held>();
  let working = 0;
  let peak: PredictedPeak | undefined;
  const account = createAccount(() => {
    peak = { step: working, waiting: waitingBytes(results, readers) };
  });
  const totals = { read: 0, written: 0 };
  const sizeIn = (memoryType: MemoryTypeName, slices: number, of: DType): Size => {
    const { processor, bytesPerValue } = memory.get(memoryType);
    const bytes = sizeOf([slices, ...shape]) * (bytesPerValue?.(of) ?? bytesPerElement(of));
    return { bytes, place: processor === "gpu" ? "device" : "host", dtype: of };
  };

  for (const unit of schedule) {
    working = unit.step.index;
    const from = unit.reads[0] && results.get(unit.reads[0]);
    let type = from?.dtype ?? dtype;
    const passes =
      from !== undefined && unit.reads.length === 1 && unit.reads[0]?.outputs.length === unit.inputs.length;
    const incoming = unit.reads[0]?.chain.outputMemoryType ?? "host";
    let current = passes ? account.share(from) : account.make(sizeIn(incoming, unit.inputs.length, type));
    if (unit.source === "plate") totals.read += storedBytesOf([unit.inputs.length, ...shape], type);
    for (const before of unit.reads) {
      const left = (readers.get(before) ?? 1) - 1;
      readers.set(before, left);
      if (left === 0) account.drop(results.get(before));
    }
    let slices = unit.inputs.length;
    for (const call of unit.chain.calls) {
      if (call.conversion?.route.some(({ cost }) => cost !== "view"))
        current = account.exchange(current, sizeIn(call.input, slices, type));
      const own = account.make({ ...sizeIn(call.input, 0, type), bytes: call.workspace ?? 0 });
      if (call.dtype !== "same") type = call.dtype;
      const parting = call.unit === "slice" && slices > 1;
      slices = plannedSlices(call.slices, slices);
      if (!call.handsOn || parting) {
        const size = sizeIn(call.output, slices, type);
        // Slices come back one by one and are joined at the end; a single one is its own stack.
        const parts = parting && !call.handsOn ? account.make(size) : undefined;
        current = account.exchange(current, size);
        account.drop(parts);
      }
      account.drop(own);
    }
    if (typeof unit.step.dtype === "object" && unit.chain.calls.at(-1)?.dtype === "same")
      current = account.exchange(current, sizeIn(unit.chain.outputMemoryType, slices, type));
    if (unit.output) totals.written += storedBytesOf([slices, ...shape], type);
    if ((readers.get(unit) ?? 0) > 0) results.set(unit, current);
    else account.drop(current);
  }
  return defined({
    peakHostBytes: account.peak("host"),
    peak,
    peakDeviceBytes: account.peak("device"),
    bytesRead: totals.read,
    bytesWritten: totals.written,
  });
}

function waitingBytes(
  results: ReadonlyMap<WorkUnit, Held>,
  readers: ReadonlyMap<WorkUnit, number>,
): PredictedPeak["waiting"] {
  const byStep = new Map<number, number>();
  for (const [unit, { bytes, place }] of results) {
    if (place !== "host" || (readers.get(unit) ?? 0) === 0) continue;
    byStep.set(unit.step.index, (byStep.get(unit.step.index) ?? 0) + bytes);
  }
  return [...byStep].map(([step, bytes]) => ({ step, bytes }));
}

type Place = "host" | "device";

interface Size {
  readonly bytes: number;
  readonly place: Place;
  readonly dtype: DType;
}

interface Held extends Size {
  holders: number;
}

/** Arrays that are held, and the most there ever were; what is exchanged is there until the new one is. */
function createAccount(onHostPeak: () => void) {
  const live = { host: 0, device: 0 };
  const peak = { host: 0, device: 0 };
  const make = (size: Size): Held => {
    live[size.place] += size.bytes;
    if (live[size.place] > peak[size.place]) {
      peak[size.place] = live[size.place];
      if (size.place === "host") onHostPeak();
    }
    return { holders: 1, ...size };
  };
  const drop = (held: Held | undefined): void => {
    if (held && --held.holders === 0) live[held.place] -= held.bytes;
  };
  return {
    make,
    drop,
    share(held: Held): Held {
      held.holders++;
      return held;
    },
    exchange(held: Held, size: Size): Held {
      const made = make(size);
      drop(held);
      return made;
    },
    peak: (place: Place) => peak[place],
  };
}
