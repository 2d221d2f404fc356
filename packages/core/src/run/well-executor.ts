import type { RunEvent } from "./events.ts";
import type { WellOutcome } from "./run-well.ts";

/** Runs wells, here or elsewhere. */
export interface WellExecutor {
  /** Wells that it can run at once. */
  readonly workers: number;
  /**
   * Runs one well and hands on what happens meanwhile; a well that fails is an outcome, not a rejection. May call
   * `onComputed` once only its last images are still being written: the worker is then given the next well.
   */
  run(well: string, onEvent: (event: RunEvent) => void, onComputed: () => void): Promise<WellOutcome>;
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
    let writing: Promise<void> | undefined;
    while (queue.length > 0 && !stopped && !signal.aborted) {
      const well = queue.shift() as string;
      let ended: Promise<void> = Promise.resolve();
      await new Promise<void>((proceed, fail) => {
        ended = executor.run(well, onEvent, proceed).then((outcome) => {
          outcomes.set(well, outcome);
          if (shouldStop(outcome)) stopped = true;
        });
        ended.then(proceed, fail);
      });
      await writing;
      writing = ended;
    }
    await writing;
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
