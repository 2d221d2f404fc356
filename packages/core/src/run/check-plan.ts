import { codeOf, type FunctionId, functionKey, functionText } from "../compile/plan/identity.ts";
import { callsOf, type Plan, type PlannedCall, planVersion } from "../compile/plan/plan.ts";
import { isIntact, plateHash } from "../compile/plan/plan-hash.ts";
import { codeFrom, type FunctionSources } from "../compile/steps/plan-code.ts";
import { PlatewrightError } from "../errors.ts";
import { contractOf, type Declared } from "../pipeline/contract.ts";
import type { Plate } from "../plate/plate.ts";

/**
 * Holds a plan, which may come from a file, against this engine and a plate. Throws "declaration" for what is no plan,
 * one of another version or one that was edited, "plate" where the plate is not the plan's.
 */
export function checkPlan(plan: Plan, plate: Plate): void {
  const { kind, version } = (plan ?? {}) as Partial<Plan>;
  if (kind !== "plan")
    throw new PlatewrightError(
      "declaration",
      "This is no plan. Compile the pipeline for the plate to get one.",
    );
  if (version !== planVersion)
    throw new PlatewrightError(
      "declaration",
      `The plan is of version ${version}; this engine runs version ${planVersion}. Compile the pipeline again.`,
      { version },
    );
  if (!isIntactPlan(plan))
    throw new PlatewrightError(
      "declaration",
      `The plan ${String(plan.hash).slice(0, 12)} was edited after it was compiled: its hash is not that of what it holds. Change the pipeline instead, and compile it again.`,
    );
  if (plateHash(plate) !== plan.plate.hash)
    throw new PlatewrightError(
      "plate",
      `The plate "${plate.location}" is not the one the plan was compiled for, or has changed since. Compile the pipeline again.`,
      { location: plate.location, planned: plan.plate.location },
    );
}

// What was edited may lack anything.
function isIntactPlan(plan: Plan): boolean {
  try {
    return isIntact(plan);
  } catch {
    return false;
  }
}

/** A function that a plan calls and that is not known. */
export interface MissingFunction extends FunctionId {
  /** The memory type that it takes. */
  readonly memoryType: string;
}

/** The functions that a plan calls and that none of the sources has, each once. */
export function missingFunctions(plan: Plan, sources: FunctionSources): readonly MissingFunction[] {
  return missingCalls(plan, codeFrom(sources).functions).map(({ function: id, input }) => ({
    ...id,
    memoryType: input,
  }));
}

/** Throws "registry" where a plan calls functions that are not known, naming them and, where there is one, the known version, and where the text of one has changed. */
export function checkFunctions(plan: Plan, known: ReadonlyMap<string, Declared>): void {
  const changed = plan.steps.flatMap(callsOf).filter((call) => {
    const fn = known.get(functionKey(call));
    return fn !== undefined && call.code !== undefined && codeOf(fn, contractOf(fn)) !== call.code;
  });
  if (changed[0])
    throw new PlatewrightError(
      "registry",
      `The function ${changed[0].function.name} is no longer what it was when the plan was compiled: its text has changed. Compile the pipeline again.`,
      { changed: changed.map(functionKey) },
    );
  const missing = missingCalls(plan, known);
  if (missing.length === 0) return;
  const words = missing.map((call) => {
    const others = otherVersions(call, known);
    return others.length > 0 ? `${functionKey(call)} (there is ${others.join(", ")})` : functionKey(call);
  });
  throw new PlatewrightError(
    "registry",
    `The plan calls ${words.length === 1 ? "a function that is" : "functions that are"} not known here: ${words.join("; ")}. Run it together with the pipeline that it was compiled from, or compile the pipeline again.`,
    { missing: missing.map(functionKey) },
  );
}

function missingCalls(plan: Plan, known: ReadonlyMap<string, Declared>): readonly PlannedCall[] {
  const calls = new Map(plan.steps.flatMap(callsOf).map((call) => [functionKey(call), call] as const));
  return [...calls].flatMap(([key, call]) => (known.has(key) ? [] : [call]));
}

function otherVersions(call: PlannedCall, known: ReadonlyMap<string, Declared>): readonly string[] {
  const stem = functionText({ ...call.function, version: "" });
  const end = ` on ${call.input}`;
  return [...known.keys()]
    .filter((key) => key.startsWith(stem) && key.endsWith(end))
    .map((key) => key.slice(0, -end.length));
}
