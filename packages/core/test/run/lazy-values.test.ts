import {
  definePipeline,
  type Lazy,
  lazy,
  type Pipeline,
  type Plan,
  type RunOptions,
  step,
  use,
} from "@platewright/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add, same } from "../support/functions.ts";
import { mapGrid } from "../support/grid.ts";
import { createBench } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

interface Model {
  readonly offset: number;
}

const apply = grid({ name: "apply" }, (stack, { model }: { model: Model }) =>
  mapGrid(stack, (value) => value + model.offset),
);
const applyAll = grid({ name: "applyAll" }, (stack, { models }: { models: readonly Model[] }) =>
  mapGrid(stack, (value) => value + models.reduce((sum, { offset }) => sum + offset, 0)),
);
const fail = grid({ name: "fail" }, () => {
  throw new Error("no");
});

/** A lazy model that keeps a log of its life. */
function watched(offset: number, log: string[], version = String(offset)): Lazy<Model> {
  return lazy(
    () => {
      log.push(`make ${offset}`);
      return { offset };
    },
    { version, dispose: () => void log.push(`dispose ${offset}`) },
  );
}

const define = (...steps: Pipeline["steps"]) => definePipeline({ name: "a", steps });
const bench = async (pipeline: Pipeline, options: Partial<RunOptions> = {}) => {
  const { pw, plate, disk } = await createBench();
  const plan = await pw.compile(pipeline, plate);
  const run = (given: Plan = plan, more: object = {}) =>
    pw.run(given, { plate, out: "/results", ...options, ...more });
  return { pw, plate, disk, plan, run };
};
const reference = define(step("a", use(add, { amount: 7 })));

test("a lazy value is made once for all wells and groups, and disposed of after the last", async () => {
  const log: string[] = [];
  const model = watched(7, log);
  const { plan, run, disk } = await bench(define(step("a", use(apply, { model }))));
  expect(log).toEqual([]);
  expect((await run()).status).toBe("complete");
  expect(log).toEqual(["make 7", "dispose 7"]);
  const other = await bench(reference);
  await other.run();
  expect(Object.values(contentOf(disk, "/results"))).toEqual(
    Object.values(contentOf(other.disk, "/results")),
  );
  expect(plan.steps[0]?.chains["*"]?.calls[0]?.params).toEqual({
    model: { $lazy: expect.stringMatching(/^[0-9a-f]{32}$/) },
  });
});

test("one that nobody reads is never made, one that several read is made once", async () => {
  const log: string[] = [];
  const [used, unused] = [watched(1, log), watched(2, log)];
  const { run } = await bench(
    define(
      step("a", [use(apply, { model: used }), use(apply, { model: unused }, { enabled: false })]),
      step("b", { 1: use(apply, { model: used }), 2: same }, { groupBy: "channel" }),
    ),
  );
  await run();
  expect(log).toEqual(["make 1", "dispose 1"]);
});

test("they may lie in lists and objects, and be given through a schema or a table", async () => {
  const log: string[] = [];
  const bySchema = grid(
    {
      name: "bySchema",
      params: z.object({ model: z.object({ offset: z.number() }), more: z.number().default(3) }),
    },
    (stack, { model, more }) => mapGrid(stack, (value) => value + model.offset + more),
  );
  const byTable = grid(
    {
      name: "byTable",
      params: { model: { type: "object" }, amount: { type: "integer", default: 2, maximum: 9 } },
    },
    (stack, { model, amount }) => mapGrid(stack, (value) => value + (model as Model).offset + amount),
  );
  const { run, disk } = await bench(
    define(
      step("a", [
        use(applyAll, { models: [watched(1, log), { offset: 1 }] as readonly Model[] }),
        use(bySchema, { model: watched(-1, log) }),
        use(byTable, { model: watched(-1, log, "other"), amount: lazy(() => 4) }),
      ]),
    ),
  );
  expect((await run()).status).toBe("complete");
  const other = await bench(reference);
  await other.run();
  expect(Object.values(contentOf(disk, "/results"))).toEqual(
    Object.values(contentOf(other.disk, "/results")),
  );
});

test("what does not fit the function's description is the well's error", async () => {
  const { run } = await bench(define(step("a", use(add, { amount: lazy(() => 99) }))));
  const report = await run();
  expect(report.status).toBe("failed");
  expect(report.wells.A01?.error?.message).toContain(
    "A lazy value does not fit its parameter: it got amount: 99. It must be an integer from 0 up to 50.",
  );
});

describe("they are disposed of", () => {
  test("after a failure", async () => {
    const log: string[] = [];
    const { run } = await bench(define(step("a", [use(apply, { model: watched(1, log) }), fail])));
    expect((await run()).status).toBe("failed");
    expect(log).toEqual(["make 1", "dispose 1"]);
  });

  test("after a cancelled run", async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const { run } = await bench(define(step("a", use(apply, { model: watched(1, log) }))), {
      signal: controller.signal,
      onEvent: ({ type }) => type === "unit-done" && controller.abort(),
    });
    expect((await run()).cancelled).toBe(true);
    expect(log).toEqual(["make 1", "dispose 1"]);
  });

  test("after the last well that reads them, not at the end", async () => {
    const log: string[] = [];
    const { run } = await bench(
      define(step("a", use(apply, { model: watched(1, log) }), { wells: "A01" }), step("b", add)),
      {
        onEvent: (event) => event.type === "well-done" && log.push(event.well),
      },
    );
    await run();
    expect(log).toEqual(["make 1", "A01", "dispose 1", "A02"]);
  });

  test("and an error of dispose is told", async () => {
    const model = lazy(() => ({ offset: 1 }), {
      dispose: () => {
        throw new Error("stuck");
      },
    });
    const { run, disk } = await bench(define(step("a", use(apply, { model }))));
    await expect(run()).rejects.toThrow("stuck");
    expect(disk.files("/results").get("run.json")).toMatchObject({ status: "complete" });
  });
});

test("one that can't be made is the well's error, with its cause; the next well tries again", async () => {
  let tries = 0;
  const model = lazy(() => {
    if (++tries === 1) throw new Error("no network");
    return { offset: 1 };
  });
  const { run } = await bench(define(step("a", use(apply, { model }))));
  const { wells } = await run();
  expect([wells.A01?.status, wells.A02?.status]).toEqual(["failed", "complete"]);
  expect(wells.A01?.error?.message).toContain("no network");
});

test("it is told of the run's signal", async () => {
  let signal: AbortSignal | undefined;
  const model = lazy(
    (context) => {
      ({ signal } = context);
      return { offset: 0 };
    },
    { version: "signal" },
  );
  const { run } = await bench(define(step("a", use(apply, { model }))));
  await run();
  expect(signal).toBeInstanceOf(AbortSignal);
});

test("a plan from JSON finds its lazy values in the pipeline, or is refused before anything is written", async () => {
  const log: string[] = [];
  const pipeline = define(step("a", use(apply, { model: watched(7, log) })));
  const { plan, run, disk } = await bench(pipeline);
  const read = JSON.parse(JSON.stringify(plan)) as Plan;
  await run(read, { pipeline });
  await run(read, { overwrite: true });
  expect(log).toEqual(["make 7", "dispose 7", "make 7", "dispose 7"]);
  const elsewhere = await createBench();
  await expect(
    elsewhere.pw.run(read, { plate: elsewhere.plate, out: "/results", functions: [apply] }),
  ).rejects.toMatchObject({ code: "registry", message: expect.stringContaining("needs a lazy value") });
  expect(elsewhere.disk.writes).toEqual([]);
  expect(disk.writes.length).toBeGreaterThan(0);
});

test("its version and its text are part of the step's hash", async () => {
  const hashOf = async (model: Lazy<Model>) =>
    (await bench(define(step("a", use(apply, { model }))))).plan.steps[0]?.hash;
  const make = (version: string) => lazy(() => ({ offset: 1 }), { version });
  expect(await hashOf(make("1"))).toBe(await hashOf(make("1")));
  expect(await hashOf(make("1"))).not.toBe(await hashOf(make("2")));
  expect(await hashOf(lazy(() => ({ offset: 1 })))).not.toBe(await hashOf(lazy(() => ({ offset: 2 }))));
});
