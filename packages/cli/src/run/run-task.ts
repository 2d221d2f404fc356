import type { RunEvent, WellExecutor } from "@platewright/core";
import type { Prepared } from "../pipeline/prepare-plan.ts";

/** One run, as those who execute it must know it. */
export interface RunTask {
  readonly prepared: Prepared;
  readonly out: string;
  /** Whether images that are there may be replaced. */
  readonly overwrite: boolean;
  readonly wells: readonly string[];
  readonly signal: AbortSignal;
}

/** The executor for as many workers as the plan's settings say: here for one, in threads for more, never more than wells. */
export async function createExecutor(task: RunTask): Promise<WellExecutor> {
  const workers = Math.max(1, Math.min(task.prepared.plan.settings.workers, task.wells.length));
  if (workers === 1) return await executeInProcess(task);
  const { createWorkerExecutor } = await import("../workers/worker-executor.ts");
  return createWorkerExecutor({ ...task, workers });
}

async function executeInProcess({ prepared, out, overwrite, signal }: RunTask): Promise<WellExecutor> {
  const { pw, plan, plate, sources } = prepared;
  let listener: (event: RunEvent) => void = () => {};
  const runner = await pw.createWellRunner(plan, {
    ...sources,
    plate,
    out,
    overwrite,
    signal,
    onEvent: (event) => listener(event),
  });
  return {
    workers: 1,
    expect: runner.expect,
    run(well, onEvent) {
      listener = onEvent;
      return runner.run(well);
    },
    close: async () => runner.close(),
  };
}
