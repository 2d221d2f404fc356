import type { WellExecutor } from "@platewright/core";
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

/** The executor for as many workers as the plan's settings say, never more than wells; none for one: the library itself runs the wells then. */
export async function createExecutor(task: RunTask): Promise<WellExecutor | undefined> {
  const workers = Math.min(task.prepared.plan.settings.workers, task.wells.length);
  if (workers <= 1) return undefined;
  const { createWorkerExecutor } = await import("../workers/worker-executor.ts");
  return createWorkerExecutor({ ...task, workers });
}
