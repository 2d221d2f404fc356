import { parentPort, workerData } from "node:worker_threads";
import { type ErrorRecord, isPlatewrightError, messageOf, type WellRunner } from "@platewright/core";
import { openPlan } from "../plan/open-plan.ts";
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
  if (task.type === "end") void end();
});

// Only the first well waits for it; a worker without a well has nothing to say.
const runner = prepareRunner();
runner.catch(() => undefined);

async function runWell(well: string): Promise<void> {
  try {
    const { run } = await runner;
    post({ type: "outcome", outcome: await run(well) });
  } catch (thrown) {
    post({ type: "broken", error: recordOf(thrown) });
  }
}

async function end(): Promise<void> {
  const made = await runner.catch(() => undefined);
  try {
    await made?.close();
    post({ type: "ended" });
  } catch (thrown) {
    post({ type: "ended", error: recordOf(thrown) });
  }
}

async function prepareRunner(): Promise<WellRunner> {
  const { pw, plate, sources } = await openPlan(start.plan, start.origin, controller.signal);
  return await pw.createWellRunner(start.plan, {
    ...sources,
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
