import type { RunEvent } from "./events.ts";
import { summarize, type WellSummary } from "./output/well-rows.ts";
import type { WellOutcome } from "./run-well.ts";

/** Runs wells, here or elsewhere. */
export interface WellExecutor {
  /** Wells that it can run at once. */
  readonly workers: number;
  /** Is told, before the first, which wells it will run: it may let go of what the rest of them do not need. */
  expect?(wells: readonly string[]): void;
  /** Runs one well and hands on what happens meanwhile; a well that fails is an outcome, not a rejection. */
  run(well: string, onEvent: (event: RunEvent) => void): Promise<WellOutcome>;
  /** Lets go of what it holds; called once, after the last well, and where a run is refused and calls no `run`. */
  close?(): Promise<void>;
}

/** How the wells went. */
export interface Executed {
  /** In the order of the wells that were asked for. */
  readonly outcomes: readonly WellSummary[];
  /** Why the executor broke off, where it did. */
  readonly failure: { readonly reason: unknown } | undefined;
}

/**
 * Runs all wells, as many at once as the executor has workers. An executor that breaks leaves the outcomes there are.
 * `onOutcome` gets each with its rows, and answers whether that was the last well to be run.
 */
export async function executeWells(
  wells: readonly string[],
  executor: WellExecutor,
  onEvent: (event: RunEvent) => void,
  onOutcome: (outcome: WellOutcome) => boolean,
  signal: AbortSignal,
): Promise<Executed> {
  executor.expect?.(wells);
  const outcomes = new Map<string, WellSummary>();
  const queue = [...wells];
  let stopped = false;
  let failure: Executed["failure"];
  const work = async (): Promise<void> => {
    for (let well = queue.shift(); well !== undefined && !stopped && !signal.aborted; well = queue.shift()) {
      try {
        const outcome = await executor.run(well, onEvent);
        outcomes.set(well, summarize(outcome));
        if (onOutcome(outcome)) stopped = true;
      } catch (reason) {
        failure ??= { reason };
        stopped = true;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(executor.workers, wells.length) }, work));
  return { outcomes: wells.map((well) => outcomes.get(well) ?? notRun(well)), failure };
}

function notRun(well: string): WellSummary {
  return {
    well,
    status: "cancelled",
    seconds: 0,
    units: 0,
    images: [],
    tables: {},
    peakHostBytes: 0,
    peakDeviceBytes: 0,
    bytesCopied: 0,
  };
}
