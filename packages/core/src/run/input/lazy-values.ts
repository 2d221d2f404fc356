import { callsOf, type Plan, type PlannedCall } from "../../compile/plan/plan.ts";
import { isLazyReference, lazyIdsIn } from "../../compile/steps/lazy-references.ts";
import { PlatewrightError } from "../../errors.ts";
import { checkValues } from "../../pipeline/check-params.ts";
import { contractOf, type Declared } from "../../pipeline/contract.ts";
import { type Lazy, replaceDeep } from "../../pipeline/lazy.ts";

/** The lazy values of one worker: each made when it is first read, and kept for all that read it later. */
export interface LazyValues {
  /** The parameters of a call and what was injected, lazy values made and checked by the function's description. Throws "parameter" where they do not fit it. */
  paramsOf(call: PlannedCall, fn: Declared, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  /** Is told of the wells to come, so that a value can go after the last of them that reads it. */
  expect(wells: readonly string[]): void;
  /** A well is done: disposes of what no other that is expected reads. Never throws: `close` tells. */
  leave(well: string): Promise<void>;
  /** Disposes of all that is left. Throws the first error of a value's `dispose`. */
  close(): Promise<void>;
}

/** Makes the lazy values of a worker, none of them made yet. Throws "registry" where the plan refers to one that is not known. */
export function createLazyValues(plan: Plan, known: ReadonlyMap<string, Lazy>): LazyValues {
  for (const id of lazyIdsIn(plan.steps.map(callsOf))) {
    if (known.has(id)) continue;
    throw new PlatewrightError(
      "registry",
      `The plan needs a lazy value (${id.slice(0, 8)}) that is not known here. Run it together with the pipeline that it was compiled from, or compile the pipeline again.`,
    );
  }
  const made = new Map<string, Promise<unknown>>();
  const readers = new Map<string, Set<string>>();
  let failure: { readonly reason: unknown } | undefined;

  const valueFor = (id: string, signal: AbortSignal): Promise<unknown> => {
    const found = made.get(id);
    if (found) return found;
    const value = Promise.resolve(known.get(id)?.make({ signal }));
    made.set(id, value);
    // What failed may be tried again by the next who reads it.
    value.catch(() => made.delete(id));
    return value;
  };

  const dispose = async (id: string): Promise<void> => {
    const value = made.get(id);
    made.delete(id);
    try {
      if (value) await known.get(id)?.dispose?.(await value);
    } catch (reason) {
      failure ??= { reason };
    }
  };

  return {
    async paramsOf(call, fn, signal) {
      const ids = lazyIdsIn([call.params, call.injected]);
      if (ids.size === 0) return { ...call.params, ...call.injected };
      const values = new Map<string, unknown>();
      for (const id of ids) values.set(id, await valueFor(id, signal));
      const insert = (part: unknown): unknown => (isLazyReference(part) ? values.get(part.$lazy) : undefined);
      const params = replaceDeep(call.params, insert) as Readonly<Record<string, unknown>>;
      const injected = replaceDeep(call.injected, insert) as Readonly<Record<string, unknown>>;
      const { params: received, faults } = await checkValues(contractOf(fn).params, params);
      if (faults.length === 0) return { ...received, ...injected };
      const words = faults.map(({ message, hint }) => `it ${message}. ${hint}`).join(" ");
      throw new PlatewrightError("parameter", `A lazy value does not fit its parameter: ${words}`);
    },
    expect(wells) {
      for (const well of wells) {
        for (const id of idsIn(plan, well)) readers.set(id, (readers.get(id) ?? new Set()).add(well));
      }
    },
    async leave(well) {
      for (const [id, wells] of readers) if (wells.delete(well) && wells.size === 0) await dispose(id);
    },
    async close() {
      for (const id of [...made.keys()]) await dispose(id);
      if (failure) throw failure.reason;
    },
  };
}

/** The lazy values that a well may read. */
function idsIn({ steps, wells, templates }: Plan, well: string): ReadonlySet<string> {
  const planned = wells[well];
  const running = planned && templates[planned.template]?.steps;
  return lazyIdsIn(steps.filter(({ index }) => running?.[index]).map(callsOf));
}
