import { groupText } from "../compile/check-links.ts";
import { functionText, type PlannedCall } from "../compile/plan.ts";
import type { WorkUnit } from "../compile/units.ts";
import { isPlatewrightError, messageOf, PlatewrightError, throwIfAborted } from "../errors.ts";
import type { DType } from "../memory/dtype.ts";
import { applyDTypePolicy, type DTypePolicy } from "../memory/dtype-policy.ts";
import type { HostArray } from "../memory/host-array.ts";
import { type CallScope, callFunction } from "./call-function.ts";

/** What a unit needs besides its input. */
export interface UnitScope extends CallScope {
  readonly well: string;
  readonly onFallback: (step: string, message: string) => void;
  /** Counts bytes that conversions moved. */
  readonly countCopied: (bytes: number) => void;
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
  let dtype: DType = memory.describe(input).dtype;
  let current = input;
  let call: PlannedCall | undefined;
  try {
    for (call of unit.chain.calls) {
      throwIfAborted(scope.signal);
      current = await replace(scope, current, await convert(unit, call, current, scope));
      const taken = Object.fromEntries(call.artifacts.map((key) => [key, needs[key]]));
      const result = await callFunction(call, current, taken, scope);
      ledger.drop(current);
      current = result.stack;
      Object.assign(artifacts, result.artifacts);
      if (call.dtype !== "same") dtype = call.dtype;
    }
    const policy =
      call && call.dtype !== "same" && unit.step.dtype !== "native" ? "preserve" : unit.step.dtype;
    current = await replace(scope, current, await applyPolicy(unit, policy, current, dtype, scope));
    return { stack: current, artifacts };
  } catch (thrown) {
    ledger.drop(current);
    if (isPlatewrightError(thrown, "cancelled")) throw thrown;
    throw executionError(unit, call, scope.well, thrown);
  }
}

/** Exchanges the held array for another, where it is another. */
async function replace({ ledger }: UnitScope, held: unknown, next: unknown): Promise<unknown> {
  if (next === held) return held;
  ledger.hold(next);
  ledger.drop(held);
  return next;
}

async function convert(
  unit: WorkUnit,
  call: PlannedCall,
  array: unknown,
  scope: UnitScope,
): Promise<unknown> {
  const { memory } = scope;
  const from = memory.typeOf(array);
  if (from === call.input) return array;
  const device = unit.chain.device;
  scope.countCopied(memory.route(from, call.input, memory.describe(array), { device }).bytes);
  return memory.convert(array, call.input, {
    device,
    signal: scope.signal,
    onFallback: ({ failed, reason }) =>
      scope.onFallback(unit.step.name, `${failed.from} → ${failed.to} failed: ${reason}`),
  });
}

async function applyPolicy(
  unit: WorkUnit,
  policy: DTypePolicy,
  stack: unknown,
  dtype: DType,
  scope: UnitScope,
): Promise<unknown> {
  const { memory } = scope;
  if (policy === "native" || (policy === "preserve" && memory.describe(stack).dtype === dtype)) return stack;
  const host = (await memory.convert(stack, "host")) as HostArray;
  return memory.convert(applyDTypePolicy(host, dtype, policy), memory.typeOf(stack), {
    device: unit.chain.device,
  });
}

function executionError(
  unit: WorkUnit,
  call: PlannedCall | undefined,
  well: string,
  cause: unknown,
): PlatewrightError {
  const step = unit.step.name;
  const name = call && functionText(call.function).replace(/^.*:/, "").replace(/@.*$/, "");
  const place = `Well ${well}, step "${step}"${name === undefined ? "" : `, function ${name}`}, ${groupText(unit)}`;
  return new PlatewrightError("execution", `${place}: ${messageOf(cause)}`, {
    cause,
    well,
    step,
    function: name,
    group: unit.fixed,
  });
}
