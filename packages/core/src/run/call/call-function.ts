import { functionKey, functionText } from "../../compile/plan/identity.ts";
import { type PlannedCall, plannedSlices } from "../../compile/plan/plan.ts";
import { PlatewrightError } from "../../errors.ts";
import type { Ledger } from "../../memory/ledger.ts";
import type { MemoryRegistry } from "../../memory/memory-registry.ts";
import type { Declared } from "../../pipeline/contract.ts";
import type { LazyValues } from "../input/lazy-values.ts";

/** What a call gives: a stack, and artifacts by key (a list with one entry a slice where the function sees slices). */
export interface CallResult {
  readonly stack: unknown;
  readonly artifacts: Readonly<Record<string, unknown>>;
}

/** What a call needs besides its stack. */
export interface CallScope {
  readonly memory: MemoryRegistry;
  readonly ledger: Ledger;
  readonly functions: ReadonlyMap<string, Declared>;
  readonly lazyValues: LazyValues;
  readonly signal: AbortSignal;
}

/**
 * Calls a function on a stack, whole or slice by slice, and holds what comes back against its contract. The caller
 * keeps its hold on the input and gets one on the result.
 */
export async function callFunction(
  call: PlannedCall,
  stack: unknown,
  artifacts: Readonly<Record<string, unknown>>,
  scope: CallScope,
): Promise<CallResult> {
  const fn = scope.functions.get(functionKey(call));
  if (!fn) {
    throw new PlatewrightError(
      "registry",
      `The function "${functionText(call.function)}" is not known. Run the plan together with the pipeline that it was compiled from.`,
    );
  }
  const params = { ...(await scope.lazyValues.paramsOf(call, fn, scope.signal)), ...artifacts };
  const invoke = (input: unknown) =>
    (fn as unknown as StackFunction)(input, params, { signal: scope.signal });
  const result =
    call.unit === "slice"
      ? await callOnSlices(call, invoke, stack, scope)
      : await callOnStack(call, invoke, stack, scope);
  const before = scope.memory.describe(stack).shape[0] as number;
  const found = scope.memory.describe(result.stack).shape[0] as number;
  const expected = plannedSlices(call.slices, before);
  if (found !== expected) {
    scope.ledger.drop(result.stack);
    throw new PlatewrightError(
      "array",
      `It gave ${found} slices where its contract promises ${expected} for ${before}. Set slices in its contract to what it gives.`,
    );
  }
  if (sharesWithArtifacts(call)) for (const array of [stack, result.stack]) scope.ledger.pin(array);
  return result;
}

/** Whether what goes in or comes back may be an artifact's memory, which others read later. */
function sharesWithArtifacts({ gives, artifacts }: PlannedCall): boolean {
  return gives.length > 0 || artifacts.length > 0;
}

type StackFunction = (stack: unknown, params: unknown, context: { readonly signal: AbortSignal }) => unknown;

async function callOnStack(
  call: PlannedCall,
  invoke: (stack: unknown) => unknown,
  stack: unknown,
  scope: CallScope,
): Promise<CallResult> {
  const result = takeReturn(call, await invoke(stack), scope);
  const { shape } = scope.memory.describe(result.stack);
  if (shape.length === 3) return result;
  scope.ledger.drop(result.stack);
  throw misshapen(shape, "; a function returns a stack [Z, Y, X], also of one slice.");
}

async function callOnSlices(
  call: PlannedCall,
  invoke: (slice: unknown) => unknown,
  stack: unknown,
  scope: CallScope,
): Promise<CallResult> {
  const { memory, ledger } = scope;
  const slices = await memory.unstack(stack);
  for (const slice of slices) ledger.hold(slice);
  const results: unknown[] = [];
  const artifacts: Record<string, unknown[]> = Object.fromEntries(call.gives.map((key) => [key, []]));
  try {
    for (const slice of slices) {
      const result = takeReturn(call, await invoke(slice), scope);
      results.push(result.stack);
      const { shape } = memory.describe(result.stack);
      if (shape.length !== 2) throw misshapen(shape, " for a slice; it must be [Y, X].");
      for (const key of call.gives) artifacts[key]?.push(result.artifacts[key]);
    }
    if (sharesWithArtifacts(call)) for (const array of [...slices, ...results]) ledger.pin(array);
    const joined = await memory.stack(results, call.output);
    ledger.hold(joined);
    return { stack: joined, artifacts };
  } finally {
    for (const array of [...results, ...slices]) ledger.drop(array);
  }
}

/** What a function returned, in the ledger whether it keeps its promise or not: the caller gets a hold on the stack. */
function takeReturn(call: PlannedCall, returned: unknown, { memory, ledger }: CallScope): CallResult {
  const isArray = (value: unknown) => memory.names.some((name) => memory.get(name).is(value as never));
  try {
    const result = checkReturn(call, returned);
    checkType(call, result.stack, memory);
    ledger.hold(result.stack);
    for (const array of Object.values(result.artifacts).flat().filter(isArray)) {
      ledger.hold(array);
      ledger.pin(array);
      ledger.drop(array);
    }
    return result;
  } catch (thrown) {
    const parts = [returned].flat();
    const besides = parts
      .filter((part) => !isArray(part) && !ArrayBuffer.isView(part))
      .flatMap((part) => Object.values(part ?? {}).flat());
    for (const array of [...parts, ...besides].filter(isArray)) {
      ledger.hold(array);
      if (besides.includes(array)) ledger.pin(array);
      ledger.drop(array);
    }
    throw thrown;
  }
}

function checkReturn(call: PlannedCall, returned: unknown): CallResult {
  if (call.gives.length === 0) return { stack: returned, artifacts: {} };
  const [stack, artifacts] = Array.isArray(returned) ? returned : [];
  if (typeof artifacts !== "object" || artifacts === null) {
    throw new PlatewrightError(
      "array",
      `It gave no artifacts; its contract promises [stack, { ${call.gives.join(", ")} }].`,
    );
  }
  const absent = call.gives.filter((key) => !Object.hasOwn(artifacts, key));
  if (absent.length > 0) {
    throw new PlatewrightError(
      "array",
      `It did not give ${absent.map((key) => `"${key}"`).join(", ")}, which its contract promises.`,
    );
  }
  return { stack, artifacts };
}

function misshapen(shape: readonly number[], rule: string): PlatewrightError {
  const message = `It returned an array of shape (${shape.join(", ")})${rule}`;
  return new PlatewrightError("array", message, { shape });
}

function checkType(call: PlannedCall, array: unknown, memory: MemoryRegistry): void {
  if (memory.get(call.output).is(array)) return;
  const found =
    array === undefined ? "nothing" : Array.isArray(array) ? "a list" : `a value of type ${typeof array}`;
  throw new PlatewrightError(
    "memory-type",
    `It returned ${found}; its contract promises an array of memory type ${call.output}.`,
  );
}
