import { Worker } from "node:worker_threads";
import {
  type ErrorRecord,
  messageOf,
  PlatewrightError,
  type RunEvent,
  type WellExecutor,
  type WellOutcome,
} from "@platewright/core";
import { sweepPartialFiles } from "@platewright/vfs-disk";
import type { RunTask } from "../run/run-task.ts";
import type { WorkerMessage, WorkerStart, WorkerTask } from "./messages.ts";

/** What worker threads are started with. */
export interface WorkerExecutorOptions extends RunTask {
  readonly workers: number;
}

/**
 * Runs wells in worker threads, each with an installation of its own and the same plan. A worker that dies
 * fails its well, and another takes its place. Rejects where a worker can't start.
 */
export function createWorkerExecutor(options: WorkerExecutorOptions): WellExecutor {
  const { prepared, out, signal } = options;
  const stop = new SharedArrayBuffer(4);
  const start: WorkerStart = {
    plan: prepared.plan,
    origin: prepared.origin,
    out,
    overwrite: options.overwrite,
    stop,
  };
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let died = false;

  const tellStop = (): void => {
    Atomics.store(new Int32Array(stop), 0, 1);
    for (const worker of all) worker.postMessage({ type: "stop" } satisfies WorkerTask);
  };
  signal.addEventListener("abort", tellStop, { once: true });
  if (signal.aborted) tellStop();

  const open = (): Worker => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: start, stdout: true });
    // What functions print is no data of this program.
    worker.stdout.pipe(process.stderr, { end: false });
    worker.on("error", () => undefined);
    all.add(worker);
    // One that ends by itself, even between two wells, gets no other one: it would never answer.
    worker.once("exit", () => {
      all.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    });
    return worker;
  };

  return {
    workers: options.workers,
    async run(well, onEvent) {
      const started = Date.now();
      const worker = idle.pop() ?? open();
      const answer = await runIn(worker, well, onEvent);
      if (answer.type === "outcome") {
        if (all.has(worker)) idle.push(worker);
        return answer.outcome;
      }
      all.delete(worker);
      await worker.terminate();
      if (answer.type === "broken")
        throw errorOf(answer.error, `A worker can't run: ${answer.error.message}`);
      died = true;
      return failedOutcome(well, answer.message, (Date.now() - started) / 1000, onEvent);
    },
    async close() {
      signal.removeEventListener("abort", tellStop);
      const failed = (await Promise.all([...all].map(endWorker))).find((error) => error !== undefined);
      // The names of hidden files hold the process, not the thread: no worker lives any more.
      if (died) await sweepPartialFiles(out, { ownToo: true });
      if (failed) throw errorOf(failed, failed.message);
    },
  };
}

/** How long a worker may take to give back its devices before it is ended all the same, in milliseconds. */
const patience = 3000;

/** Ends a worker, once it holds no device: a driver must not be cut off in the middle of its work. Answers what failed as it let go. */
async function endWorker(worker: Worker): Promise<ErrorRecord | undefined> {
  const failed = await new Promise<ErrorRecord | undefined>((resolve) => {
    const timer = setTimeout(resolve, patience);
    const done = (error?: ErrorRecord): void => {
      clearTimeout(timer);
      resolve(error);
    };
    worker
      .on("exit", () => done())
      .on("message", (message: WorkerMessage) => {
        if (message.type === "ended") done(message.error);
      });
    worker.postMessage({ type: "end" } satisfies WorkerTask);
  });
  await worker.terminate();
  return failed;
}

function errorOf({ causes }: ErrorRecord, message: string): PlatewrightError {
  return new PlatewrightError("execution", message, { cause: causes[0] });
}

type Answer =
  | { readonly type: "outcome"; readonly outcome: WellOutcome }
  | { readonly type: "broken"; readonly error: ErrorRecord }
  | { readonly type: "died"; readonly message: string };

/** Waits for a well's outcome, or for the end of the worker. */
function runIn(worker: Worker, well: string, onEvent: (event: RunEvent) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve(answer);
    };
    const onMessage = (message: WorkerMessage): void => {
      if (message.type === "event") onEvent(message.event);
      else if (message.type === "outcome") end(message);
      else if (message.type === "broken") end(message);
    };
    const onError = (error: Error): void => end({ type: "died", message: deathOf(error) });
    const onExit = (code: number): void =>
      end({ type: "died", message: `Its worker ended by itself, with exit code ${code}.` });
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage({ type: "run", well } satisfies WorkerTask);
  });
}

function deathOf(error: Error): string {
  if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY")
    return "Its worker ran out of memory. Run fewer workers, or make the groups of images smaller.";
  return `Its worker crashed: ${messageOf(error)}`;
}

function failedOutcome(
  well: string,
  message: string,
  seconds: number,
  onEvent: (event: RunEvent) => void,
): WellOutcome {
  const error = { message: `Well ${well}: ${message}`, code: "execution", causes: [] } as const;
  onEvent({ type: "well-failed", well, error });
  return {
    well,
    status: "failed",
    isAbandoned: true,
    seconds,
    units: 0,
    error,
    images: [],
    tables: {},
    peakHostBytes: 0,
    peakDeviceBytes: 0,
    bytesCopied: 0,
  };
}
