import { keepFaults } from "../../pipeline/check-params.ts";
import type { Step } from "../../pipeline/step.ts";
import type { Task } from "../../pipeline/task.ts";
import type { PhaseContext, PlannedStep } from "../draft.ts";
import { functionText, identityOf } from "../plan/identity.ts";
import { collapsedBefore } from "./step-images.ts";
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
  const text = functionText(identityOf(task));
  if (
    before.some(
      (other) => other.task && functionText(identityOf(other.task)) === text && other.task.run !== task.run,
    )
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
    task,
    params,
  };
}
