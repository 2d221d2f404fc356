import type { WorkUnit } from "../../compile/plan/units.ts";
import type { HostArray } from "../../memory/host-array.ts";
import type { Ledger } from "../../memory/ledger.ts";

/** Reads the stack of the next unit that needs one while the units before it compute. */
export interface ReadAhead {
  /** The stack of a unit that reads the plate, with a hold on it; begins the read of the next such unit. */
  take(unit: WorkUnit): Promise<HostArray>;
  /** Waits for a read that is under way and lets go of its stack. */
  close(): Promise<void>;
}

/** Makes the read-ahead of a well: one stack ahead, in the order of the schedule. */
export function createReadAhead(
  schedule: readonly WorkUnit[],
  read: (unit: WorkUnit) => Promise<HostArray>,
  ledger: Ledger,
): ReadAhead {
  const queue = schedule.filter(({ source }) => source === "plate");
  let ahead: { readonly unit: WorkUnit; readonly stack: Promise<HostArray> } | undefined;
  const start = (unit: WorkUnit): Promise<HostArray> => {
    const stack = read(unit).then((array) => {
      ledger.buffer(array);
      return array;
    });
    // Whoever takes it hears of its failure; one that nobody takes may fail in silence.
    stack.catch(() => {});
    return stack;
  };
  return {
    async take(unit) {
      const stack = await (ahead?.unit === unit ? ahead.stack : start(unit));
      ledger.hold(stack);
      ledger.unbuffer(stack);
      const next = queue[queue.indexOf(unit) + 1];
      ahead = next && { unit: next, stack: start(next) };
      return stack;
    },
    async close() {
      const left = ahead;
      ahead = undefined;
      const [read] = await Promise.allSettled([left?.stack]);
      if (read?.status === "fulfilled" && read.value) ledger.unbuffer(read.value);
    },
  };
}
