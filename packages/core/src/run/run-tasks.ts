import { codeOf, functionText } from "../compile/plan/identity.ts";
import type { Plan, StepPlan, WellTemplate } from "../compile/plan/plan.ts";
import { PlatewrightError, throwIfAborted } from "../errors.ts";
import type { StoredImage, Task } from "../pipeline/task.ts";
import { imageName } from "../plate/image-name.ts";
import { positionsOf, positionText } from "../plate/image-set.ts";
import { methodOf } from "../vfs/capability.ts";
import { joinPath } from "../vfs/path.ts";
import { executionError } from "./execution-error.ts";
import type { ArtifactWriter } from "./output/artifact-writer.ts";
import type { WellScope } from "./run-well.ts";

/** What running the tasks of a well needs. */
export type TaskScope = Pick<WellScope, "plan" | "tasks" | "plate" | "images" | "results" | "signal">;

/** Throws "registry" where a plan names a task that is not known. */
export function checkTasks(plan: Plan, known: ReadonlyMap<string, Task>): void {
  for (const { name, task } of plan.steps) {
    if (!task) continue;
    const found = known.get(functionText(task.id));
    if (found && (task.code === undefined || codeOf(found.run, found) === task.code)) continue;
    const fault = found ? "was edited since the plan was compiled" : "is not known here";
    throw new PlatewrightError(
      "registry",
      `The task ${functionText(task.id)} of step "${name}" ${fault}. Run the plan together with the pipeline that it was compiled from, or compile the pipeline again.`,
    );
  }
}

/** Runs a step that works on stored files, in one well whose images are written. Throws "execution" naming well and step, with the error behind it as `cause`. */
export async function runTask(
  step: StepPlan,
  { well, template }: { readonly well: string; readonly template: WellTemplate },
  scope: TaskScope,
  files: ArtifactWriter,
): Promise<void> {
  const { plan, signal } = scope;
  throwIfAborted(signal);
  const { task: planned } = step;
  const task = planned && scope.tasks.get(functionText(planned.id));
  if (!planned || !task)
    throw new PlatewrightError("registry", `The task of step "${step.name}" is not known.`);
  const source = template.steps[step.index]?.source ?? step.source;
  const storage = source === "plate" ? scope.plate : scope.results.ofStep(source);
  const raw = new Map(scope.images.map((image) => [positionText(image), image]));
  const folder = source === "plate" ? "" : (plan.steps[source]?.output?.folder ?? "");
  const positions = positionsOf(template.steps[step.index]?.input ?? template.images);
  const images = positions.map((position): StoredImage => {
    const key = { well, ...position };
    const path = source === "plate" ? raw.get(positionText(key))?.path : joinPath(folder, imageName(key));
    return { key, path: path ?? "" };
  });
  const pathOf = (name: string): string => joinPath(planned.folder, well, name);
  try {
    await task.run({
      well,
      params: planned.params,
      images,
      storage,
      async readImage({ key, path }) {
        const plane = source === "plate" ? raw.get(positionText(key))?.plane : undefined;
        return methodOf(storage, "readArray")(path, { signal, plane });
      },
      write: (name, bytes) => files.save("write", pathOf(name), bytes),
      writeArray: (name, array) => files.save("writeArray", pathOf(name), array),
      writeValue: (name, value) => files.save("writeValue", pathOf(name), value),
      signal,
    });
  } catch (cause) {
    throw executionError({ well, step: step.name }, `, task ${task.name}`, cause);
  }
}
