import type { Component } from "../../plate/image-key.ts";
import type { PlannedStep, StepPlansDraft, TemplateDraft } from "../draft.ts";

interface Step {
  readonly index: number;
  readonly source: "plate" | number;
  readonly checkpoint: boolean;
  readonly collapsed: readonly Component[];
  /** Set where the step does not run in every well. */
  readonly filter?: unknown;
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

/** What is one of many in all that a step may read, such as z after a projection. A step that does not run in every well has collapsed nothing for sure. */
export function collapsedBefore(
  source: Step["source"],
  steps: readonly Pick<Step, "source" | "collapsed" | "filter">[],
): readonly Component[] {
  const read = source === "plate" ? undefined : steps[source];
  if (read?.filter === undefined) return read?.collapsed ?? [];
  const before = collapsedBefore(read.source, steps);
  return read.collapsed.filter((component) => before.includes(component));
}
