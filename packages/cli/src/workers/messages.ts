import type { ErrorRecord, Plan, RunEvent, WellOutcome } from "@platewright/core";
import type { PlanOrigin } from "../pipeline/prepare-plan.ts";

/** What a worker starts with. */
export interface WorkerStart {
  readonly plan: Plan;
  readonly origin: PlanOrigin;
  readonly out: string;
  readonly overwrite: boolean;
  /** One 32-bit number: not 0 once the run is to end. Seen at once, also by a thread that has no time for messages. */
  readonly stop: SharedArrayBuffer;
}

/** To a worker: run this well, look at `stop`, or give back the devices and say so. */
export type WorkerTask =
  | { readonly type: "run"; readonly well: string }
  | { readonly type: "stop" }
  | { readonly type: "end" };

/** From a worker. `broken`: it can run nothing. `ended`: it holds no device any more; `error` is what failed as it let go. */
export type WorkerMessage =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "outcome"; readonly outcome: WellOutcome }
  | { readonly type: "broken"; readonly error: ErrorRecord }
  | { readonly type: "ended"; readonly error?: ErrorRecord };
