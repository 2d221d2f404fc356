import type { PlannedCall } from "../compile/plan/plan.ts";
import type { WorkUnit } from "../compile/plan/units.ts";
import { isPlatewrightError, type PlatewrightError, throwIfAborted } from "../errors.ts";
import type { DType } from "../memory/dtype.ts";
import { applyDTypePolicy, type DTypePolicy } from "../memory/dtype-policy.ts";
import { releaseCopy } from "../memory/release-copy.ts";
import { groupText } from "../plate/image-set.ts";
import type { CallScope } from "./call/call-function.ts";
import type { WellDevices } from "./call/device-leases.ts";
import { isOutOfMemory } from "./call/out-of-memory.ts";
import { callRecovering, type HeldStack, type RecoveryScope } from "./call/recover-call.ts";
import type { RunEvent } from "./events.ts";
import { executionError } from "./execution-error.ts";
import type { WellProgress } from "./run-schedule.ts";

/** What a unit needs besides its input. */
export interface UnitScope extends CallScope {
  readonly well: string;
  readonly devices: WellDevices;
  readonly spill: RecoveryScope["spill"];
  readonly progress: WellProgress;
  readonly onEvent: (event: RunEvent) => void;
}

/** What a unit gives; the caller has a hold on the stack. */
export interface UnitResult {
  readonly stack: unknown;
  readonly artifacts: Readonly<Record<string, unknown>>;
}

/**
 * Runs a unit's chain on its input stack and takes over the caller's hold on it, so that it goes as early as it may. Throws "execution" naming well,
 * step, function and group, with the error behind it as `cause`.
 */
export async function executeUnit(
  unit: WorkUnit,
  input: unknown,
  needs: Readonly<Record<string, unknown>>,
  scope: UnitScope,
): Promise<UnitResult> {
  const { ledger, memory } = scope;
  const artifacts: Record<string, unknown> = {};
  const held: HeldStack = { stack: input };
  const recovery = recoveryFor(unit, scope);
  let dtype: DType = memory.describe(input).dtype;
  let call: PlannedCall | undefined;
  try {
    for (call of unit.chain.calls) {
      throwIfAborted(scope.signal);
      const taken = Object.fromEntries(call.artifacts.map((key) => [key, needs[key]]));
      const result = await callRecovering(call, held, taken, recovery);
      ledger.drop(held.stack);
      held.stack = result.stack;
      Object.assign(artifacts, result.artifacts);
      if (call.dtype !== "same") dtype = call.dtype;
    }
    const policy =
      call && call.dtype !== "same" && unit.step.dtype !== "native" ? "preserve" : unit.step.dtype;
    const brought = await applyPolicy(policy, held.stack, dtype, scope);
    if (brought !== held.stack) {
      ledger.hold(brought);
      ledger.drop(held.stack);
      held.stack = brought;
    }
    return { stack: held.stack, artifacts };
  } catch (thrown) {
    ledger.drop(held.stack);
    if (isPlatewrightError(thrown, "cancelled")) throw thrown;
    throw unitError(unit, call, scope.well, thrown);
  }
}

function recoveryFor(unit: WorkUnit, scope: UnitScope): RecoveryScope {
  const { memory, signal, onEvent, progress, well } = scope;
  const step = unit.step.name;
  return {
    ...scope,
    onRung: (call, rung, detail) =>
      onEvent({ type: "memory-recovery", well, step, function: call.function.name, rung, detail }),
    async convertFor(call, stack, device) {
      const from = memory.typeOf(stack);
      if (from === call.input) return stack;
      progress.copied += memory.route(from, call.input, memory.describe(stack), { device }).bytes;
      return memory.convert(stack, call.input, {
        device,
        signal,
        onFallback: ({ failed, reason }) => {
          const message = `${failed.from} → ${failed.to} failed: ${reason}`;
          onEvent({ type: "conversion-fallback", well, step, message });
        },
      });
    },
  };
}

/** Brings a stack to its dtype where it lies, or on the host where its memory type can't or has no room. */
async function applyPolicy(
  policy: DTypePolicy,
  stack: unknown,
  dtype: DType,
  { memory }: UnitScope,
): Promise<unknown> {
  if (policy === "native" || (policy === "preserve" && memory.describe(stack).dtype === dtype)) return stack;
  const type = memory.get(memory.typeOf(stack));
  try {
    if (type.cast) return await type.cast(stack as never, dtype, policy);
  } catch (thrown) {
    if (!isOutOfMemory(thrown)) throw thrown;
  }
  const host = await memory.convert(stack, "host");
  try {
    const brought = applyDTypePolicy(host, dtype, policy);
    // What came from a device, or had no room, stays here: it would only have to be given out again.
    return type.processor === "cpu" && !type.cast ? await memory.convert(brought, type.name) : brought;
  } finally {
    releaseCopy(memory, host, stack);
  }
}

/** The error of a unit: names well, step, function where one was called, and group. */
export function unitError(
  unit: WorkUnit,
  call: PlannedCall | undefined,
  well: string,
  cause: unknown,
): PlatewrightError {
  const name = call?.function.name;
  const what = `${name === undefined ? "" : `, function ${name}`}, ${groupText(unit)}`;
  return executionError({ well, step: unit.step.name }, what, cause, { function: name, group: unit.fixed });
}
