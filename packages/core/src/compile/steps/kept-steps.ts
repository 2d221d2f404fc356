import type { PlannedStep, StepPlansDraft, TemplateDraft } from "../draft.ts";

interface Step {
  readonly index: number;
  readonly source: "plate" | number;
  readonly checkpoint: boolean;
  /** Set where the step works on stored files. */
  readonly task?: unknown;
}

/** The steps whose images are kept with the results, in one well at least. */
export function keptSteps({ steps, templates }: StepPlansDraft): readonly PlannedStep[] {
  const kept = new Set(templates.flatMap((template) => [...keptIn(steps, template)]));
  return steps.filter(({ index }) => kept.has(index));
}

/** Indices of the steps whose images are kept in the wells of a template: checkpoints, the last step that gives images, and what a step that works on files reads. */
export function keptIn(steps: readonly Step[], template: Pick<TemplateDraft, "steps">): ReadonlySet<number> {
  const running = steps.filter(({ index }) => template.steps[index]);
  const kept = new Set(running.filter(({ checkpoint }) => checkpoint).map(({ index }) => index));
  const last = running.filter(({ task }) => task === undefined).at(-1);
  if (last) kept.add(last.index);
  for (const { index, source, task } of running) {
    const read = template.steps[index]?.source ?? source;
    if (task !== undefined && read !== "plate") kept.add(read);
  }
  return kept;
}
