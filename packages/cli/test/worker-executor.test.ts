import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { WellOutcome } from "@platewright/core";
import { afterEach, expect, test, vi } from "vitest";
import { createWorkerExecutor } from "../src/workers/worker-executor.ts";

/** What each worker does when it is to run a well; set by the test. */
let act: (worker: FakeWorker, well: string) => void;
/** What it answers once it has let go. */
let ended: object = { type: "ended" };
const opened: FakeWorker[] = [];

class FakeWorker extends EventEmitter {
  readonly stdout = new PassThrough();
  readonly wells: string[] = [];
  isDead = false;

  constructor() {
    super();
    opened.push(this);
  }

  postMessage(task: { readonly type: string; readonly well?: string }): void {
    if (this.isDead) return; // as a thread that has ended
    if (task.type === "end") this.emit("message", ended);
    if (task.type !== "run" || task.well === undefined) return;
    this.wells.push(task.well);
    const { well } = task;
    setImmediate(() => act(this, well));
  }

  die(): void {
    this.isDead = true;
    this.emit("exit", 1);
  }

  async terminate(): Promise<number> {
    this.isDead = true;
    return 0;
  }
}

vi.mock("node:worker_threads", () => ({
  get Worker() {
    return FakeWorker;
  },
}));

afterEach(() => {
  opened.splice(0);
  ended = { type: "ended" };
});

const outcomeOf = (well: string) => ({ well, status: "complete" }) as WellOutcome;
const create = () =>
  createWorkerExecutor({
    workers: 1,
    prepared: { plan: {}, origin: {} } as never,
    out: "/nowhere",
    overwrite: false,
    wells: ["A01", "A02"],
    signal: new AbortController().signal,
  });

test("a worker that dies after its well is given no other one", async () => {
  act = (worker, well) => {
    worker.emit("message", { type: "outcome", outcome: outcomeOf(well) });
    if (opened.length === 1) worker.die();
  };
  const executor = create();
  for (const well of ["A01", "A02"]) expect(await executor.run(well, () => {})).toEqual(outcomeOf(well));
  expect(opened.map(({ wells }) => wells)).toEqual([["A01"], ["A02"]]);
  await executor.close?.();
});

test("a worker that lives runs the next well too", async () => {
  act = (worker, well) => worker.emit("message", { type: "outcome", outcome: outcomeOf(well) });
  const executor = create();
  for (const well of ["A01", "A02"]) expect(await executor.run(well, () => {})).toEqual(outcomeOf(well));
  expect(opened.map(({ wells }) => wells)).toEqual([["A01", "A02"]]);
  await executor.close?.();
});

test("what fails as a worker lets go is told once all have ended", async () => {
  act = (worker, well) => worker.emit("message", { type: "outcome", outcome: outcomeOf(well) });
  ended = { type: "ended", error: { message: "the model can't be closed", causes: ["it is busy"] } };
  const executor = create();
  await executor.run("A01", () => {});
  await expect(executor.close?.()).rejects.toMatchObject({
    message: "the model can't be closed",
    cause: "it is busy",
  });
  expect(opened.map(({ isDead }) => isDead)).toEqual([true]);
});
