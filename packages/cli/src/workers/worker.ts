import { parentPort, workerData } from "node:worker_threads";
import {
  type ErrorRecord,
  isPlatewrightError,
  messageOf,
  PlatewrightError,
  type WellRunner,
} from "@platewright/core";
import { preparePlan } from "../pipeline/prepare-plan.ts";
import type { WorkerMessage, WorkerStart, WorkerTask } from "./messages.ts";

const start = workerData as WorkerStart;
const stop = new Int32Array(start.stop);
const controller = new AbortController();

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

const abortIfAsked = (): void => {
  if (Atomics.load(stop, 0) !== 0) controller.abort(new Error("Interrupted."));
};

parentPort?.on("message", (task: WorkerTask) => {
  abortIfAsked();
  if (task.type === "run") void runWell(task.well);
});

// Only the first well waits for it; a worker without a well has nothing to say.
const runner = prepareRunner();
runner.catch(() => undefined);

async function runWell(well: string): Promise<void> {
  try {
    const run = await runner;
    post({ type: "outcome", outcome: await run(well) });
  } catch (thrown) {
    post({ type: "broken", error: recordOf(thrown) });
  }
}

async function prepareRunner(): Promise<WellRunner> {
  const { pw, plate, plan } = await preparePlan(start.request, controller.signal);
  if (plan.hash !== start.plan.hash)
    throw new PlatewrightError(
      "compile",
      `The pipeline ${start.request.pipeline} gives another plan each time it is loaded, so that it can't be run by several workers. Make it depend on nothing but its text, or run it with --workers 1.`,
    );
  return await pw.createWellRunner(start.plan, {
    plate,
    out: start.out,
    overwrite: start.overwrite,
    signal: controller.signal,
    onEvent(event) {
      abortIfAsked();
      post({ type: "event", event });
    },
  });
}

function recordOf(thrown: unknown): ErrorRecord {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return {
    message: messageOf(thrown),
    causes: thrown instanceof Error && thrown.cause !== undefined ? [messageOf(thrown.cause)] : [],
    ...(isPlatewrightError(thrown) ? { code: thrown.code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}
