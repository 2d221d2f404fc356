import { isPlatewrightError } from "../../errors.ts";
import { bytesOf } from "../../memory/host-array.ts";
import { stridesOf } from "../../memory/host-type.ts";
import type { ArrayInfo, MemoryTypeName } from "../../memory/memory-type.ts";
import type { Contract, Declared } from "../../pipeline/contract.ts";
import { groupPositions } from "../../plate/image-set.ts";
import type {
  CallDraft,
  ContractedDraft,
  ContractedStep,
  MaterialisedDraft,
  MaterialisedStep,
  PhaseContext,
} from "../draft.ts";
import { contractedSlices } from "../draft-templates.ts";
import { functionId } from "../functions-of.ts";
import { injectMetadata } from "../inject-metadata.ts";
import {
  type FunctionId,
  functionKey,
  functionText,
  type PlannedCall,
  type PlannedChain,
  type PlannedConversion,
  plannedSlices,
  type SliceRule,
} from "../plan.ts";

/**
 * Phase 4: which variant of each function runs, in which memory type, and how arrays get there. Metadata is injected
 * first, so that what is stored in the plan is all that the run will read.
 */
export function contractMemory(draft: MaterialisedDraft, context: PhaseContext): ContractedDraft {
  const functions = new Map<string, Declared>();
  const steps: ContractedStep[] = [];
  for (const step of draft.steps) {
    const source = step.source === "plate" ? undefined : steps[step.source];
    const incoming = source ? (Object.values(source.planned)[0]?.outputMemoryType ?? "host") : "host";
    const planned = [...step.chains].map(
      ([value, calls]) =>
        [value, planChain(step, calls, incoming, groupSizes(step, draft), functions, context)] as const,
    );
    steps.push({ ...step, planned: Object.fromEntries(planned) });
  }
  return { ...draft, steps, functions };
}

interface Variant {
  readonly fn: Declared;
  readonly contract: Contract;
}

function planChain(
  step: MaterialisedStep,
  calls: readonly CallDraft[],
  incoming: MemoryTypeName,
  sizes: readonly number[],
  functions: Map<string, Declared>,
  context: PhaseContext,
): PlannedChain {
  const planned: PlannedCall[] = [];
  let current = incoming;
  let previous: Contract | undefined;
  let counts = sizes;
  for (const call of calls) {
    const variant = chooseVariant(step, call, current, previous !== undefined, context);
    if (!variant) continue;
    const { contract, fn } = variant;
    const id = functionId(contract);
    const key = functionKey({ function: id, input: contract.input });
    const known = functions.get(key);
    if (known && known !== fn) reportTwin(step, id, context);
    functions.set(key, fn);
    if (!context.memory.has(contract.input) || !context.memory.has(contract.output)) {
      reportUnknownType(step, contract, context);
      current = contract.output;
      previous = contract;
      continue;
    }
    if (previous && contract.input !== current && step.settings.values.conversions === "none") {
      reportMisfit(step, previous, contract, context);
    }
    const conversion = planConversion(step, current, contract.input, context);
    const slices = sliceRule(contract, call, counts);
    counts = counts.map((count) => plannedSlices(slices, count));
    planned.push({
      function: id,
      params: call.params,
      injected: injectMetadata(step, call, contract, context),
      artifacts: contract.specialInputs.filter((key) => step.needs.some((need) => need.key === key)),
      unit: contract.unit,
      slices,
      input: contract.input,
      output: contract.output,
      dtype: contract.dtype,
      ...(conversion ? { conversion } : {}),
      gives: contract.specialOutputs,
    });
    current = contract.output;
    previous = contract;
  }
  return { inputMemoryType: planned[0]?.input ?? incoming, outputMemoryType: current, calls: planned };
}

/** A plain function is its own variant. Of a family: the one that takes what comes, else one on the CPU, else the first that is installed. */
function chooseVariant(
  step: MaterialisedStep,
  { link }: CallDraft,
  current: MemoryTypeName,
  pinned: boolean,
  context: PhaseContext,
): Variant | undefined {
  const all = [...link.variants.values()];
  if (all.length === 1) return all[0];
  const installed = all.filter(({ contract }) => context.memory.has(contract.input));
  if (installed.length === 0) {
    context.report({
      step: step.name,
      code: "family-without-variant",
      message: `${link.name} has variants for ${[...link.variants.keys()].join(", ")}, none of which is installed.`,
      hint: `Installed memory types: ${context.memory.names.join(", ")}.`,
    });
    return undefined;
  }
  const fitting = installed.find(({ contract }) => contract.input === current);
  if (fitting || (pinned && step.settings.values.conversions === "none")) return fitting ?? installed[0];
  return (
    installed.find(({ contract }) => context.memory.get(contract.input).processor === "cpu") ?? installed[0]
  );
}

function planConversion(
  step: MaterialisedStep,
  from: MemoryTypeName,
  to: MemoryTypeName,
  context: PhaseContext,
): PlannedConversion | undefined {
  if (from === to) return undefined;
  const array = expectedStack(step, context);
  try {
    const route = context.memory.route(from, to, array ?? unknownStack);
    return { from, to, route: route.hops, ...(array ? { bytes: route.bytes } : {}) };
  } catch (thrown) {
    if (!isPlatewrightError(thrown)) throw thrown;
    context.report({
      step: step.name,
      code: "no-conversion",
      message: thrown.message,
      hint: `Use functions of the memory type ${from}.`,
    });
    return undefined;
  }
}

const unknownStack: ArrayInfo = { shape: [1, 1, 1], strides: [1, 1, 1], dtype: "uint16", bytes: 2 };

function expectedStack(step: MaterialisedStep, { plate: { index } }: PhaseContext): ArrayInfo | undefined {
  if (!index.shape || !index.dtype || step.variableComponents.length === 0) return undefined;
  const first = index.images[0];
  const slices = index.images.filter(
    (image) =>
      first &&
      (["site", "channel", "z", "timepoint", "well"] as const).every(
        (c) => image[c] === first[c] || step.variableComponents.includes(c as never),
      ),
  ).length;
  const shape = [slices, ...index.shape];
  return { shape, strides: stridesOf(shape), dtype: index.dtype, bytes: bytesOf(shape, index.dtype) };
}

/** How many slices the groups of a step have, in any well. */
function groupSizes(step: MaterialisedStep, draft: MaterialisedDraft): readonly number[] {
  const sizes = draft.templates.flatMap(({ steps }) => {
    const images = steps[step.index]?.input;
    return images
      ? groupPositions(images, step.variableComponents).map(({ positions }) => positions.length)
      : [];
  });
  return [...new Set(sizes)];
}

function sliceRule({ slices }: Contract, call: CallDraft, counts: readonly number[]): SliceRule {
  if (typeof slices !== "function") return slices;
  const known: Record<string, number> = {};
  for (const count of counts) {
    try {
      known[count] = contractedSlices(slices, count, call.params);
    } catch {
      // The first phase has reported a rule that throws.
    }
  }
  return known;
}

function reportTwin(step: MaterialisedStep, id: FunctionId, context: PhaseContext): void {
  context.report({
    step: step.name,
    code: "undeclared-function",
    message: `Two different functions are declared as "${functionText(id)}".`,
    hint: "A plan knows a function by package, name and version: rename one of them.",
  });
}

function reportUnknownType(step: MaterialisedStep, contract: Contract, context: PhaseContext): void {
  const missing = context.memory.has(contract.input) ? contract.output : contract.input;
  context.report({
    step: step.name,
    code: "memory-type-unknown",
    message: `${contract.name} needs the memory type "${missing}", which is not registered.`,
    hint: `Registered: ${context.memory.names.join(", ")}. Add ${missing}Backend() to createPlatewright(…).`,
  });
}

function reportMisfit(
  step: MaterialisedStep,
  before: Contract,
  contract: Contract,
  context: PhaseContext,
): void {
  context.report({
    step: step.name,
    code: "chain-memory-types",
    message: `${contract.name} takes ${contract.input}, but ${before.name} before it gives ${before.output}.`,
    hint: `Use the ${before.output} variant of ${contract.name}, or set conversions: "auto" on the step.`,
  });
}
