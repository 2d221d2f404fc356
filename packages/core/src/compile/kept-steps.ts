import type { PlannedStep, StepPlansDraft, TemplateDraft } from "./draft.ts";

/** The steps whose images are kept with the results: checkpoints, and in each well the last that runs there. */
export function keptSteps({ steps, templates }: StepPlansDraft): readonly PlannedStep[] {
  const last = new Set(templates.map(lastStep));
  return steps.filter((step) => step.checkpoint || last.has(step.index));
}

/** Index of the last step that runs in the wells of a template; -1 where none does. */
export function lastStep({ steps }: Pick<TemplateDraft, "steps">): number {
  return steps.reduce((last, step, index) => (step === null ? last : index), -1);
}
