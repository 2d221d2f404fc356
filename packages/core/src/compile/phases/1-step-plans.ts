import type { ArtifactFormat } from "../../pipeline/contract.ts";
import { groupedBy, type Step } from "../../pipeline/step.ts";
import { isTask } from "../../pipeline/task.ts";
import type { Component } from "../../plate/image-key.ts";
import type { CallDraft, PhaseContext, PlannedStep, StepPlansDraft } from "../draft.ts";
import type { PlannedNeed } from "../plan/plan.ts";
import { checkLinks } from "../steps/check-links.ts";
import { draftChains } from "../steps/draft-chains.ts";
import { draftTemplates } from "../steps/draft-templates.ts";
import { lazyValuesOf } from "../steps/plan-code.ts";
import { planTask } from "../steps/plan-task.ts";
import { collapsedBefore } from "../steps/step-images.ts";
import { checkOptions, settingsOf, wellsOf } from "../steps/step-settings.ts";

/**
 * Phase 1: what each step reads, how its images are grouped, which functions it calls with which parameters,
 * which artifacts it takes and gives, and which images every well has before and after it.
 */
export async function planSteps(context: PhaseContext): Promise<StepPlansDraft> {
  const enabled = context.pipeline.steps.filter((step) => step.options.enabled !== false);
  if (enabled.length === 0) {
    context.warn(
      undefined,
      "no-steps",
      "No step is left: all are switched off, or there are none.",
      "The run will do nothing.",
    );
  }
  const names = context.pipeline.steps.map(({ name }) => name);
  for (const name of Object.keys(context.stepSettings).filter((one) => !names.includes(one))) {
    context.warn(
      undefined,
      "setting",
      `The configuration has settings for the step "${name}", which the pipeline lacks.`,
      `Its steps: ${names.join(", ")}.`,
    );
  }
  checkLazyValues(enabled, context);
  const steps: PlannedStep[] = [];
  for (const step of enabled) steps.push(await planStep(step, steps, context));
  const drafted = draftTemplates(steps, context);
  checkLinks({ steps, ...drafted }, context);
  return { steps, ...drafted };
}

/** A plan can't tell two lazy values of the same text and version. */
function checkLazyValues(steps: readonly Step[], context: PhaseContext): void {
  const known = new Map<string, unknown>();
  for (const step of steps) {
    for (const [id, value] of lazyValuesOf(step)) {
      const other = known.get(id) ?? value;
      known.set(id, other);
      if (other === value) continue;
      context.report(
        step.name,
        "lazy-value-twice",
        `It has a lazy value that a plan can't tell from another: both are ${String(value.make).slice(0, 60)}.`,
        'Give each a version of its own, as in lazy(() => …, { version: "small model" }), or use one value in both places.',
      );
    }
  }
}

async function planStep(
  step: Step,
  before: readonly PlannedStep[],
  context: PhaseContext,
): Promise<PlannedStep> {
  const { name, options } = step;
  if (before.some((other) => other.name === name)) {
    context.report(name, "step-name-twice", "Two steps have this name.", "Rename one of them.");
  }
  if (name === "plate" || name === "previous") {
    context.report(
      name,
      "step-name-reserved",
      `"${name}" means something else as an inputSource, so that no step could read from this one.`,
      "Rename it.",
    );
  }
  const source = sourceOf(step, before, context);
  if (isTask(step.run)) return planTask(step, step.run, source, before, context);
  const variableComponents = options.variableComponents ?? ["z"];
  checkOptions(step, context);
  checkGroupBy(step, variableComponents, context);
  const chains = await draftChains(step, context);
  const calls = [...chains.values()].flat();
  const collapsed = collapsedBefore(source, before);
  const projects = calls.some(({ contract }) => contract.slices !== "same");
  return {
    index: before.length,
    name,
    checkpoint: options.checkpoint ?? false,
    ...wellsOf(step, context),
    settings: settingsOf(step, context),
    source,
    variableComponents,
    groupBy: groupedBy(options),
    chains,
    collapsed: projects ? [...new Set([...collapsed, ...variableComponents])] : collapsed,
    needs: needsOf(step, calls, before, context),
    gives: givesOf(step, chains, before, context),
  };
}

function checkGroupBy(step: Step, variable: readonly Component[], context: PhaseContext): void {
  for (const groupBy of groupedBy(step.options).filter((component) => variable.includes(component))) {
    context.report(
      step.name,
      "group-by-variable",
      `It groups by ${groupBy}, which also makes up its stacks.`,
      `Take ${groupBy} out of variableComponents, or group by another component.`,
    );
  }
}

/** What a step reads. Images pass by steps that work on files: only the others are read. */
function sourceOf(step: Step, all: readonly PlannedStep[], context: PhaseContext): "plate" | number {
  const before = all.filter(({ task }) => task === undefined);
  const { inputSource = "previous" } = step.options;
  const previous = before.at(-1);
  if (inputSource === "plate") return "plate";
  if (inputSource === "previous") {
    const calls = [...(previous?.chains.values() ?? [])].flat();
    const isBroken = calls.some(({ contract }) => contract.chainBreaker);
    return previous && !isBroken ? previous.index : "plate";
  }
  const named = before.find(({ name }) => name === inputSource);
  if (!named) {
    const isTaskName = all.some(({ name }) => name === inputSource);
    const names = before.map(({ name }) => `"${name}"`).join(", ") || "none";
    context.report(
      step.name,
      "input-source-unknown",
      `It reads from "${inputSource}", which ${isTaskName ? "works on files and gives no images" : "is no step before it"}.`,
      `Steps before it: ${names}; or write "plate".`,
    );
  }
  return (named ?? previous)?.index ?? "plate";
}

function needsOf(
  step: Step,
  calls: readonly CallDraft[],
  before: readonly PlannedStep[],
  context: PhaseContext,
): readonly PlannedNeed[] {
  const needs = new Map<string, PlannedNeed>();
  for (const { contract, overrides } of calls) {
    for (const key of contract.specialInputs) {
      if (context.metadata.has(key) || needs.has(key)) continue;
      const giver = before.find(({ gives }) => gives.has(key));
      if (Object.hasOwn(overrides, key)) {
        if (giver)
          context.report(
            step.name,
            "special-input-given",
            `${contract.name} is given "${key}" by hand, but step "${giver.name}" gives it.`,
            `Leave ${key} out of use(${contract.name}, …), or take it out of that step.`,
          );
      } else if (giver) needs.set(key, { key, step: giver.index });
      else if (!contract.optionalInputs.includes(key)) {
        context.report(
          step.name,
          "special-input-missing",
          `${contract.name} needs "${key}", which no step before it gives.`,
          `Put a step before it whose function has specialOutputs: ["${key}"], or install a plugin { kind: "metadata", key: "${key}", resolve } if the plate tells it.`,
        );
      }
    }
  }
  return [...needs.values()];
}

function givesOf(
  step: Step,
  chains: PlannedStep["chains"],
  before: readonly PlannedStep[],
  context: PhaseContext,
): PlannedStep["gives"] {
  const gives = new Map<string, ArtifactFormat | undefined>();
  for (const calls of chains.values()) {
    const inChain = new Set<string>();
    for (const { contract } of calls) {
      for (const key of contract.specialOutputs) {
        if (inChain.has(key) || context.metadata.has(key) || before.some((other) => other.gives.has(key))) {
          context.report(
            step.name,
            "special-output-twice",
            `${contract.name} gives "${key}", which is there already.`,
            "Give it another name, or take one of its givers out.",
          );
        }
        inChain.add(key);
        gives.set(key, Object.hasOwn(contract.materialize, key) ? contract.materialize[key] : undefined);
      }
    }
  }
  return gives;
}
