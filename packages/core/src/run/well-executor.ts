import type { RunEvent } from "./events.ts";
import type { WellOutcome } from "./run-well.ts";

/** Runs wells, here or elsewhere. */
export interface WellExecutor {
  /** Wells that it can run at once. */
  readonly workers: number;
  /** Runs one well and hands on what happens meanwhile; a well that fails is an outcome, not a rejection. */
  run(well: string, onEvent: (event: RunEvent) => void): Promise<WellOutcome>;
  /** Lets go of what it holds; called once, at the end. */
  close?(): Promise<void>;
}

/** Runs all wells, as many at once as the executor has workers; outcomes come in the order of `wells`. */
export async function executeWells(
  wells: readonly string[],
  executor: WellExecutor,
  onEvent: (event: RunEvent) => void,
  shouldStop: (outcome: WellOutcome) => boolean,
  signal: AbortSignal,
): Promise<readonly WellOutcome[]> {
  const outcomes = new Map<string, WellOutcome>();
  const queue = [...wells];
  let stopped = false;
  const work = async (): Promise<void> => {
    for (let well = queue.shift(); well !== undefined && !stopped && !signal.aborted; well = queue.shift()) {
      const outcome = await executor.run(well, onEvent);
      outcomes.set(well, outcome);
      if (shouldStop(outcome)) stopped = true;
    }
  };
  const lanes = Array.from({ length: Math.min(executor.workers, wells.length) }, work);
  const broken = (await Promise.allSettled(lanes)).find((lane) => lane.status === "rejected");
  if (broken) throw broken.reason;
  return wells.map((well) => outcomes.get(well) ?? notRun(well));
}

function notRun(well: string): WellOutcome {
  return {
    well,
    status: "cancelled",
    seconds: 0,
    units: 0,
    images: [],
    tables: {},
    peakHostBytes: 0,
    bytesCopied: 0,
  };
}
