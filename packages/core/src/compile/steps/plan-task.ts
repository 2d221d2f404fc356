import { keepFaults } from "../../pipeline/check-params.ts";
import type { Pipeline } from "../../pipeline/define-pipeline.ts";
import type { Step } from "../../pipeline/step.ts";
import { isTask, type Task } from "../../pipeline/task.ts";
import type { PhaseContext, PlannedStep } from "../draft.ts";
import { hashOf } from "../plan/hash.ts";
import { type FunctionId, functionText } from "../plan/plan.ts";
import { collapsedBefore } from "./collapsed.ts";
import { wellsOf } from "./step-settings.ts";

const optionNames: readonly string[] = ["params", "inputSource", "wells", "enabled"];

/** Plans a step that works on stored files: it has no functions, and gives no images and no artifacts. */
export function planTask(
  step: Step,
  task: Task,
  source: PlannedStep["source"],
  before: readonly PlannedStep[],
  context: PhaseContext,
): PlannedStep {
  const { params } = step.options as { readonly params?: unknown };
  for (const option of Object.keys(step.options).filter((one) => !optionNames.includes(one))) {
    context.report(
      step.name,
      "setting",
      `It sets "${option}", which is no option of a step that works on files.`,
      `There are: ${optionNames.join(", ")}.`,
    );
  }
  const text = functionText(taskId(task));
  if (
    before.some((other) => other.task && functionText(other.task.id) === text && other.task.run !== task.run)
  ) {
    context.report(
      step.name,
      "undeclared-function",
      `Two different tasks are declared as "${text}".`,
      "A plan knows a task by package, name and version: rename one of them.",
    );
  }
  for (const { code, message, hint } of keepFaults({ params })) {
    context.report(step.name, code, `${task.name} ${message}.`, hint);
  }
  return {
    index: before.length,
    name: step.name,
    checkpoint: false,
    ...wellsOf(step, context),
    settings: context.settings,
    source,
    variableComponents: [],
    groupBy: [],
    chains: new Map(),
    collapsed: collapsedBefore(source, before),
    needs: [],
    gives: new Map(),
    task: { id: taskId(task), run: task.run, code: taskCode(task), params },
  };
}

/** The tasks of a pipeline by their identity: what a plan made elsewhere needs to run here. */
export function tasksOf({ steps }: Pipeline): ReadonlyMap<string, Task> {
  const tasks = steps.flatMap(({ run }) => (isTask(run) ? [run] : []));
  return new Map(tasks.map((task) => [functionText(taskId(task)), task]));
}

/** The hash of the text of a task of somebody's own: one that no package publishes and that has no version but the first. */
export function taskCode({ run, version, package: from }: Task): string | undefined {
  return from === undefined && version === "1" ? hashOf(String(run)).slice(0, 16) : undefined;
}

/** A task's identity in plans. */
export function taskId({ name, version, package: from }: Task): FunctionId {
  return { name, version, ...(from === undefined ? {} : { package: from }) };
}
