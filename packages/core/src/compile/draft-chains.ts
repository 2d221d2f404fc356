import { checkParams, keepFaults } from "../pipeline/check-params.ts";
import type { Step } from "../pipeline/step.ts";
import type { CallDraft, PhaseContext } from "./draft.ts";
import { withReferences } from "./lazy-references.ts";
import { type ChainLink, resolvePattern } from "./resolve-chains.ts";

/** The chains of a step by the value of its `groupBy` (`"*"` for all), functions and parameters checked. */
export async function draftChains(
  step: Step,
  context: PhaseContext,
): Promise<ReadonlyMap<string, readonly CallDraft[]>> {
  const { byComponent, chains } = resolvePattern(step);
  const drafts = new Map<string, readonly CallDraft[]>();
  if (byComponent) checkComponents(step, [...chains.keys()], context);
  for (const [value, links] of chains) {
    if (links.length === 0) {
      context.report({
        step: step.name,
        code: "empty-chain",
        message:
          value === "*"
            ? "It runs no function."
            : `It runs no function for ${step.options.groupBy ?? "component"} ${value}.`,
        hint: "Give it one, or switch the step off with enabled: false.",
      });
    }
    const calls: CallDraft[] = [];
    for (const link of links) {
      const call = link ? await draftCall(step, link, context) : reportUndeclared(step, context);
      if (call) calls.push(call);
    }
    drafts.set(value, calls);
  }
  return drafts;
}

function checkComponents(step: Step, values: readonly string[], context: PhaseContext): void {
  const { groupBy } = step.options;
  if (groupBy === undefined) {
    context.report({
      step: step.name,
      code: "group-by-missing",
      message: "It has functions by component, but does not say which component.",
      hint: `Write step("${step.name}", { … }, { groupBy: "channel" }).`,
    });
    return;
  }
  const available = [...new Set(context.plate.index.images.map((image) => image[groupBy]))];
  const absent = values.filter((value) => !available.includes(value));
  if (absent.length > 0) {
    context.report({
      step: step.name,
      code: "component-missing",
      message: `It has functions for ${groupBy} ${absent.join(", ")}, which the plate lacks.`,
      hint: `Available: ${available.join(", ")}.`,
    });
  }
}

async function draftCall(step: Step, link: ChainLink, context: PhaseContext): Promise<CallDraft | undefined> {
  const first = [...link.variants.values()][0];
  if (!first) return reportUndeclared(step, context);
  const { contract } = first;
  const overrides: Record<string, unknown> = {};
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(link.given)) {
    (contract.specialInputs.includes(name) ? overrides : given)[name] = value;
  }
  const { params, faults } = await checkParams(contract.params, given);
  for (const { code, message, hint } of [...faults, ...keepFaults(overrides)]) {
    context.report({ step: step.name, code, message: `${contract.name} ${message}.`, hint });
  }
  if (contract.unit === "slice" && contract.slices !== "same") {
    context.report({
      step: step.name,
      code: "slice-unit-slices",
      message: `${contract.name} sees one slice at a time, so it can't change their number.`,
      hint: 'Declare it with unit: "stack", or leave slices out.',
    });
  }
  return { link, contract, params: withReferences(params), overrides: withReferences(overrides) };
}

function reportUndeclared(step: Step, context: PhaseContext): undefined {
  context.report({
    step: step.name,
    code: "undeclared-function",
    message: "It runs something that is not a declared function.",
    hint: 'Write ndarray({ name: "…" }, fn), or the like for its memory type.',
  });
}
