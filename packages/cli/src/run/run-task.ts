import type { Plan, RunEvent, WellExecutor } from "@platewright/core";
import type { PlanRequest, Prepared } from "../pipeline/prepare-plan.ts";

/** One run, as those who execute it must know it. */
export interface RunTask {
  readonly request: PlanRequest;
  readonly prepared: Prepared;
  readonly out: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

/** The executor for as many workers as the plan's settings say: here for one, in threads for more, never more than wells. */
export async function createExecutor(task: RunTask): Promise<WellExecutor> {
  const workers = workersFor(task.prepared.plan);
  if (workers === 1) return await executeInProcess(task);
  const { createWorkerExecutor } = await import("../workers/worker-executor.ts");
  return createWorkerExecutor({ ...task, workers });
}

function workersFor({ settings, wells }: Plan): number {
  return Math.max(1, Math.min(settings.workers, Object.keys(wells).length));
}

async function executeInProcess(task: RunTask): Promise<WellExecutor> {
  const { prepared, out, overwrite, signal } = task;
  const { pw, plan, plate } = prepared;
  let listener: (event: RunEvent) => void = () => {};
  const runWell = await pw.createWellRunner(plan, {
    plate,
    out,
    overwrite,
    signal,
    onEvent: (event) => listener(event),
  });
  return {
    workers: 1,
    run(well, onEvent) {
      listener = onEvent;
      return runWell(well);
    },
  };
}
