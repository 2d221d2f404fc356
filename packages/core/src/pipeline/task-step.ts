import type { Step, StepOptions } from "./step.ts";
import type { Task } from "./task.ts";

/** What a task step reads, and where it runs. */
export interface TaskStepOptions extends Pick<StepOptions, "inputSource" | "wells" | "enabled"> {}

/**
 * Declares a step that works on stored files instead of arrays in memory, once for each well, after the images it reads
 * are written: those of the step that it reads are kept for it. Images pass by it: the step after it reads what it would
 * read without it.
 *
 * @example
 * taskStep("overview", montage, { params: { scale: 4 }, inputSource: "project" })
 */
export function taskStep<const Name extends string, P>(
  name: Name,
  task: Task<P>,
  ...[options]: undefined extends P
    ? [options?: TaskStepOptions & { readonly params?: P }]
    : [options: TaskStepOptions & { readonly params: P }]
): Step<{ name: Name; needs: {}; gives: {} }> {
  return Object.freeze({
    kind: "step",
    name,
    run: task as Task,
    options: Object.freeze({ ...options }) as StepOptions,
  });
}
