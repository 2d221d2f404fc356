import { agree, groupPositions, type ImageGroup } from "../../plate/image-set.ts";
import type { PhaseContext, PlannedStep, StepPlansDraft, TemplateDraft } from "../draft.ts";
import { callsFor } from "./draft-templates.ts";

/** Checks that every group whose functions take an artifact finds exactly one group of the step that gives it. */
export function checkLinks({ steps, templates, wells }: StepPlansDraft, context: PhaseContext): void {
  for (const [i, template] of templates.entries()) {
    const [well = ""] = [...wells].find(([, planned]) => planned.template === i) ?? [];
    checkTemplate(steps, template, well, context);
  }
}

function checkTemplate(
  steps: readonly PlannedStep[],
  template: TemplateDraft,
  well: string,
  context: PhaseContext,
): void {
  for (const step of steps) {
    for (const { key, step: index } of step.needs) {
      const giver = steps[index] as PlannedStep;
      if (!template.steps[giver.index]) {
        if (isRequired(step, key, template)) reportAbsent(step, giver, key, well, context);
        continue;
      }
      const giving = groupsOf(giver, template).filter((group) => gives(giver, group, key));
      for (const group of groupsOf(step, template).filter((one) => takes(step, one, key))) {
        const matches = giving.filter((other) => agree(other.fixed, group.fixed));
        if (matches.length !== 1) reportLink(step, giver, key, group, matches, giving, context);
      }
    }
  }
}

function groupsOf(step: PlannedStep, template: TemplateDraft): readonly ImageGroup[] {
  const images = template.steps[step.index]?.input;
  return images ? groupPositions(images, step.variableComponents) : [];
}

function gives(step: PlannedStep, group: ImageGroup, key: string): boolean {
  return callsFor(step, group)?.some(({ contract }) => contract.specialOutputs.includes(key)) ?? false;
}

function takes(step: PlannedStep, group: ImageGroup, key: string): boolean {
  return callsFor(step, group)?.some(({ contract }) => contract.specialInputs.includes(key)) ?? false;
}

/** Whether the step runs in these wells and one of its functions can't do without the artifact. */
function isRequired(step: PlannedStep, key: string, template: TemplateDraft): boolean {
  return groupsOf(step, template).some((group) =>
    callsFor(step, group)?.some(
      ({ contract }) => contract.specialInputs.includes(key) && !contract.optionalInputs.includes(key),
    ),
  );
}

function reportAbsent(
  step: PlannedStep,
  giver: PlannedStep,
  key: string,
  well: string,
  context: PhaseContext,
): void {
  context.report(
    step.name,
    "special-input-missing",
    `It needs "${key}" in well ${well}, where step "${giver.name}", which gives it, does not run.`,
    "Give both steps the same wells.",
  );
}

function reportLink(
  step: PlannedStep,
  giver: PlannedStep,
  key: string,
  group: ImageGroup,
  matches: readonly ImageGroup[],
  giving: readonly ImageGroup[],
  context: PhaseContext,
): void {
  const ambiguous = matches.length > 1;
  const found = (ambiguous ? matches : giving).slice(0, 6).map(groupText).join("; ") || "no group";
  context.report(
    step.name,
    ambiguous ? "special-input-ambiguous" : "special-input-missing",
    ambiguous
      ? `Its "${key}" is ambiguous: step "${giver.name}" gives one for each of ${found}.`
      : `It needs "${key}" for ${groupText(group)}, but step "${giver.name}" gives it for ${found}.`,
    `Group both steps alike: they agree in all components but variableComponents.`,
  );
}

/** A group in words: `site 1, channel 2`. */
export function groupText({ fixed }: Pick<ImageGroup, "fixed">): string {
  const words = Object.entries(fixed).map(([component, value]) => `${component} ${value}`);
  return words.join(", ") || "the whole well";
}
