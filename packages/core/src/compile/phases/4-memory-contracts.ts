import { isPlatewrightError } from "../../errors.ts";
import type { MemoryTypeName } from "../../memory/memory-type.ts";
import type { Contract, Declared } from "../../pipeline/contract.ts";
import { defined } from "../../plain-data.ts";
import type {
  CallDraft,
  ContractedDraft,
  ContractedStep,
  MaterialisedDraft,
  MaterialisedStep,
  PhaseContext,
} from "../draft.ts";
import { codeOf, functionText, identityOf } from "../plan/identity.ts";
import {
  type PlannedCall,
  type PlannedChain,
  type PlannedConversion,
  plannedSlices,
  type SliceRule,
} from "../plan/plan.ts";
import { groupsIn, promisedSlices } from "../steps/draft-templates.ts";
import { injectMetadata } from "../steps/metadata.ts";
import { keyOf } from "../steps/plan-code.ts";
import { workspaceOf } from "../steps/workspace.ts";
import { cpuTwinsOf, isOnCpu } from "../variants/candidates.ts";
import type { Load } from "../variants/choose-variants.ts";
import { findPlannedRoute, planVariants, type VariantChain } from "../variants/plan-variants.ts";

/**
 * Phase 4: which variant of each function runs, in which memory type, and how arrays get there. Metadata is injected
 * first, so that what is stored in the plan is all that the run will read.
 */
export function contractMemory(draft: MaterialisedDraft, context: PhaseContext): ContractedDraft {
  const functions = new Map<string, Declared>();
  const { steps: variants, choices } = planVariants(draft, context);
  const steps = draft.steps.map((step, i): ContractedStep => {
    const groups = draft.templates.flatMap((template) => groupsIn(template, step));
    const sizes = [...new Set(groups.map(({ positions }) => positions.length))];
    const planned = (variants[i] ?? []).map(
      (chain) => [chain.value, planChain(step, chain, sizes, functions, context)] as const,
    );
    return { ...step, planned: Object.fromEntries(planned) };
  });
  return { ...draft, steps, functions, choices };
}

function planChain(
  step: MaterialisedStep,
  { calls, incoming, loads }: VariantChain,
  sizes: readonly number[],
  functions: Map<string, Declared>,
  context: PhaseContext,
): PlannedChain {
  const planned: PlannedCall[] = [];
  // Where images come in several memory types, the conversion of one that has to be converted is shown.
  const first = calls[0]?.variant.contract.input;
  let current = incoming.find((name) => name !== first) ?? incoming[0] ?? "host";
  let previous: Contract | undefined;
  let counts = sizes;
  for (const [i, { call, variant }] of calls.entries()) {
    const { contract, fn, standsInFor } = variant;
    keepFunction(step, fn, contract, functions, context);
    if (!context.memory.has(contract.input) || !context.memory.has(contract.output)) {
      const missing = context.memory.has(contract.input) ? contract.output : contract.input;
      context.report(
        step.name,
        "memory-type-unknown",
        `${contract.name} needs the memory type "${missing}", which is not registered.`,
        `Registered: ${context.memory.names.join(", ")}. Add ${missing}Backend() to createPlatewright(…).`,
      );
      current = contract.output;
      previous = contract;
      continue;
    }
    if (previous && contract.input !== current && step.settings.values.conversions === "none") {
      context.report(
        step.name,
        "chain-memory-types",
        `${contract.name} takes ${contract.input}, but ${previous.name} before it gives ${previous.output}.`,
        `Use the ${previous.output} variant of ${contract.name}, or set conversions: "auto" on the step.`,
      );
    }
    const conversion = planConversion(step, current, contract.input, loads[i] as Load, context);
    const workspace = workspaceOf(contract, call, counts, loads[i] as Load, context);
    const slices = sliceRule(contract, call, counts);
    counts = counts.map((count) => plannedSlices(slices, count));
    const twin = step.settings.values.cpuFallback ? cpuTwinsOf(fn, context)[0] : undefined;
    if (twin) keepFunction(step, twin.fn, twin.contract, functions, context);
    planned.push(
      defined({
        function: identityOf(contract),
        code: codeOf(fn, contract),
        params: call.params,
        injected: injectMetadata(step, call, contract, context),
        artifacts: contract.specialInputs.filter((key) => step.needs.some((need) => need.key === key)),
        unit: contract.unit,
        slices,
        input: contract.input,
        output: contract.output,
        dtype: contract.dtype,
        conversion,
        gives: contract.specialOutputs,
        workspace,
        handsOn: contract.handsOn || undefined,
        standsInFor,
        cpuTwin: isOnCpu(contract, context) ? undefined : twin?.contract.input,
      }),
    );
    current = contract.output;
    previous = contract;
  }
  return {
    inputMemoryType: planned[0]?.input ?? incoming[0] ?? "host",
    outputMemoryType: current,
    calls: planned,
  };
}

function keepFunction(
  step: MaterialisedStep,
  fn: Declared,
  contract: Contract,
  functions: Map<string, Declared>,
  context: PhaseContext,
): void {
  const key = keyOf(contract);
  if ((functions.get(key) ?? fn) !== fn)
    context.report(
      step.name,
      "undeclared-function",
      `Two different functions are declared as "${functionText(identityOf(contract))}".`,
      "A plan knows a function by package, name and version: rename one of them.",
    );
  functions.set(key, fn);
}

function planConversion(
  step: MaterialisedStep,
  from: MemoryTypeName,
  to: MemoryTypeName,
  load: Load,
  context: PhaseContext,
): PlannedConversion | undefined {
  if (from === to) return undefined;
  const { dtypes } = context.memory.get(to);
  if (context.plate.index.dtype !== undefined && !dtypes.includes(load.dtype)) {
    context.report(
      step.name,
      "no-conversion",
      `Its images are ${load.dtype}, which ${to} can't hold.`,
      `Use a variant for ${from}, or bring the images to one of ${dtypes.join(", ")} before.`,
    );
    return undefined;
  }
  try {
    const route = findPlannedRoute(from, to, load, context);
    const { shape, dtype } = context.plate.index;
    return defined({ from, to, route: route.hops, bytes: shape && dtype && route.bytes });
  } catch (thrown) {
    if (!isPlatewrightError(thrown)) throw thrown;
    context.report(step.name, "no-conversion", thrown.message, `Use functions of the memory type ${from}.`);
    return undefined;
  }
}

function sliceRule({ slices }: Contract, call: CallDraft, counts: readonly number[]): SliceRule {
  if (typeof slices !== "function") return slices;
  const known: Record<string, number> = {};
  for (const count of counts) known[count] = promisedSlices(slices, count, call.params) ?? count;
  return known;
}
