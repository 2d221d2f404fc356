import {
  createHostArray,
  definePipeline,
  type Plan,
  type RunEvent,
  type RunOptions,
  step,
  type WellOutcome,
} from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { measure, project } from "../support/functions.ts";
import { type Bench, createBench } from "../support/plate.ts";
import { contentOf, createFakeDisk } from "../support/storage.ts";

const wells = ["A01", "A02", "B01", "B02"];
const pipeline = definePipeline({
  name: "two",
  steps: [step("project", project, { checkpoint: true }), step("measure", measure)],
});

const makeBench = async (): Promise<{ readonly bench: Bench; readonly plan: Plan }> => {
  const bench = await createBench({ wells });
  return { bench, plan: await bench.pw.compile(pipeline, bench.plate, { out: "/results" }) };
};

const runOn = ({ pw, plate }: Bench, plan: Plan, options: Partial<RunOptions> = {}) =>
  pw.run(plan, { plate, ...options });

/** Runs until a well begins, and stops there as Ctrl-C does. */
async function runUntil(bench: Bench, plan: Plan, well: string): Promise<void> {
  const controller = new AbortController();
  const onEvent = (event: RunEvent): void => {
    if (event.type === "well-start" && event.well === well) controller.abort();
  };
  await runOn(bench, plan, { signal: controller.signal, onEvent });
}

const whole = async () => {
  const { bench, plan } = await makeBench();
  await runOn(bench, plan);
  return contentOf(bench.disk, "/results");
};

const readsOf = (bench: Bench) => bench.disk.reads.map((path) => /\/([AB]\d\d)/.exec(path)?.[1]);

test("a run that was stopped goes on: complete wells are not run again, and the bytes are those of one run", async () => {
  const { bench, plan } = await makeBench();
  await runUntil(bench, plan, "B01");
  const stopped = contentOf(bench.disk, "/results");
  expect(Object.keys(stopped).filter((path) => path.startsWith("progress/"))).toEqual([
    "progress/A01.json",
    "progress/A02.json",
  ]);
  bench.disk.reads.length = 0;
  const events: RunEvent[] = [];
  const report = await runOn(bench, plan, { resume: true, onEvent: (event) => events.push(event) });
  expect(new Set(readsOf(bench))).toEqual(new Set(["B01", "B02"]));
  expect(contentOf(bench.disk, "/results")).toEqual(await whole());
  expect(events[0]).toMatchObject({ type: "run-start", wells: 2, kept: 2 });
  expect(report).toMatchObject({
    status: "complete",
    wells: {
      A01: { status: "complete", kept: true, images: 4, rows: { means: 2 } },
      B02: { status: "complete", rows: { means: 2 } },
    },
    outputs: { images: 16, tables: ["tables/means.csv"] },
  });
  expect(report.wells.B01).not.toHaveProperty("kept");
});

test("a run that was killed goes on, and what it left of a well half done is replaced", async () => {
  const { bench, plan } = await makeBench();
  const killed = createFakeDisk();
  const onEvent = (event: RunEvent): void => {
    if (event.type !== "unit-done" || event.well !== "B01" || event.done < event.units) return;
    for (const [path, value] of bench.disk.files("/results")) killed.put("/results", path, value);
  };
  await runOn(bench, plan, { onEvent });
  expect(killed.files("/results").get("run.json")).toMatchObject({ status: "running", planHash: plan.hash });
  const left = [...killed.files("/results").keys()].filter((path) => path.includes("B01"));
  expect(left.length).toBeGreaterThan(0);
  expect(left).not.toContain("progress/B01.json");
  const again = await createBench({ wells });
  for (const [path, value] of killed.files("/results")) again.disk.put("/results", path, value);
  const report = await again.pw.run(plan, { plate: again.plate, resume: true, pipeline });
  expect(report).toMatchObject({ status: "complete", wells: { A02: { kept: true } } });
  expect(report.wells.B01).not.toHaveProperty("kept");
  expect(contentOf(again.disk, "/results")).toEqual(await whole());
});

test("wells that failed are run again, once their cause is gone", async () => {
  const { bench, plan } = await makeBench();
  bench.disk.trouble = (what, path) => {
    if (what === "read" && path.includes("A02")) throw new Error("the disk is asleep");
  };
  expect(await runOn(bench, plan)).toMatchObject({ status: "partial", wells: { A02: { status: "failed" } } });
  bench.disk.trouble = () => {};
  bench.disk.reads.length = 0;
  expect(await runOn(bench, plan, { resume: true })).toMatchObject({ status: "complete" });
  expect(new Set(readsOf(bench))).toEqual(new Set(["A02"]));
  expect(contentOf(bench.disk, "/results")).toEqual(await whole());
});

test("a well whose images were lost is run again", async () => {
  const { bench, plan } = await makeBench();
  await runUntil(bench, plan, "B01");
  const storage = await bench.disk.provider.open("/results");
  await storage.remove?.("images/project/A01_s001_w1_z001_t001.tif");
  bench.disk.reads.length = 0;
  await runOn(bench, plan, { resume: true });
  expect(new Set(readsOf(bench))).toEqual(new Set(["A01", "B01", "B02"]));
  expect(contentOf(bench.disk, "/results")).toEqual(await whole());
});

/** Puts other pixels in the place of one image of a well, and answers the results of running that plate as it is now. */
async function changeImage(bench: Bench, plan: Plan, well: string): Promise<Record<string, unknown>> {
  const image = bench.plate.index.images.find((one) => one.well === well);
  const other = createHostArray([2, 3], "uint16", new Uint16Array([900, 901, 902, 903, 904, 905]));
  bench.disk.put("/plates/test", image?.path ?? "", other);
  await runOn(bench, plan, { out: "/anew" });
  return contentOf(bench.disk, "/anew");
}

const changedIn = (events: readonly RunEvent[]) => events.filter(({ type }) => type === "input-changed");

test("a complete well whose images have changed since is run again, and that is told", async () => {
  const { bench, plan } = await makeBench();
  await runUntil(bench, plan, "B01");
  const anew = await changeImage(bench, plan, "A01");
  bench.disk.reads.length = 0;
  const events: RunEvent[] = [];
  const report = await runOn(bench, plan, { resume: true, onEvent: (event) => events.push(event) });
  expect(events[0]).toMatchObject({ type: "run-start", wells: 3, kept: 1 });
  expect(changedIn(events)).toEqual([{ type: "input-changed", well: "A01", since: "completed" }]);
  expect(new Set(readsOf(bench))).toEqual(new Set(["A01", "B01", "B02"]));
  expect(report.wells).toMatchObject({ A02: { kept: true } });
  expect(contentOf(bench.disk, "/results")).toEqual(anew);
});

test("only the wells that are asked for are held against their images", async () => {
  const { bench, plan } = await makeBench();
  await runUntil(bench, plan, "B01");
  const anew = await changeImage(bench, plan, "A01");
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  await runOn(bench, plan, { resume: true, wells: ["B01"], onEvent });
  expect(changedIn(events)).toEqual([]);
  await runOn(bench, plan, { resume: true, onEvent });
  expect(changedIn(events)).toEqual([{ type: "input-changed", well: "A01", since: "completed" }]);
  expect(contentOf(bench.disk, "/results")).toEqual(anew);
});

test("an older progress, or a disk that can't tell, counts as unchanged", async () => {
  const { bench, plan } = await makeBench();
  await runUntil(bench, plan, "B01");
  for (const [path, value] of bench.disk.files("/results"))
    if (path.startsWith("progress/")) delete (value as { outcome: { source?: string } }).outcome.source;
  await changeImage(bench, plan, "A01");
  expect(await runOn(bench, plan, { resume: true })).toMatchObject({ wells: { A01: { kept: true } } });
  const other = await makeBench();
  await runUntil(other.bench, other.plan, "B01");
  await changeImage(other.bench, other.plan, "A01");
  const { stamp, ...backend } = other.bench.plate.backend;
  expect(stamp).toBeDefined();
  const report = await runOn({ ...other.bench, plate: { ...other.bench.plate, backend } }, other.plan, {
    resume: true,
  });
  expect(report).toMatchObject({ wells: { A01: { kept: true } } });
});

test("a finished run is not called finished where images have changed since", async () => {
  const { bench, plan } = await makeBench();
  await runOn(bench, plan);
  const anew = await changeImage(bench, plan, "A02");
  await expect(runOn(bench, plan, { resume: true })).rejects.toMatchObject({
    code: "exists",
    message: `"/results" holds a finished run, and images of A02 have changed since. Give another folder, or overwrite it on purpose.`,
    details: { changed: ["A02"] },
  });
  await runOn(bench, plan, { overwrite: true });
  expect(contentOf(bench.disk, "/results")).toEqual(anew);
});

test("a plan can be run well by well", async () => {
  const { bench, plan } = await makeBench();
  for (const well of [...wells].reverse()) await runOn(bench, plan, { resume: true, wells: [well] });
  expect(contentOf(bench.disk, "/results")).toEqual(await whole());
});

test("what JSON has no word for in a table comes to the same bytes", async () => {
  const values = [Number.NaN, -0, Number.POSITIVE_INFINITY, 12345678901234567890n, undefined, null, 0.1, "x"];
  const odd = grid({ name: "odd", specialOutputs: ["odd"], materialize: { odd: "csv" } }, (stack) => [
    stack,
    { odd: values.map((value) => ({ value })) },
  ]);
  const bench = await createBench({ wells: ["A01", "A02"], channels: 1, planes: 1 });
  const tables: unknown[] = [];
  const provider = createTableKeeper(tables);
  const { pw, disk } = await createBench({ wells: ["A01", "A02"], channels: 1, planes: 1 }, provider);
  const plan = await pw.compile(definePipeline({ name: "odd", steps: [step("odd", odd)] }), bench.plate, {
    out: "/results",
    settings: { storage: "tables" },
  });
  expect(disk.writes).toEqual([]);
  const controller = new AbortController();
  const onEvent = (event: RunEvent): void => {
    if (event.type === "well-start" && event.well === "A02") controller.abort();
  };
  await pw.run(plan, { plate: bench.plate, signal: controller.signal, onEvent });
  await pw.run(plan, { plate: bench.plate, resume: true });
  const rows = tables.at(-1) as readonly { readonly well: string; readonly value: unknown }[];
  expect(rows.filter(({ well }) => well === "A01").map(({ value }) => value)).toEqual(values);
  expect(rows.filter(({ well }) => well === "A02").map(({ value }) => value)).toEqual(values);
});

/** A disk on which values are JSON, as on a real one, and which notes the tables as they were handed to it. */
function createTableKeeper(tables: unknown[]) {
  const { provider } = createFakeDisk("tables");
  return {
    ...provider,
    open: async (...args: Parameters<typeof provider.open>) => {
      const backend = await provider.open(...args);
      return {
        ...backend,
        writeValue: (path: string, value: unknown, options?: object) => {
          if (!path.endsWith(".csv")) return backend.writeValue?.(path, value, options);
          tables.push(value);
        },
      };
    },
  };
}

test("what a worker that died had written of its well is removed", async () => {
  const { bench, plan } = await makeBench();
  const runner = await bench.pw.createWellRunner(plan, {
    plate: bench.plate,
    out: "/results",
    signal: new AbortController().signal,
  });
  const run = async (well: string): Promise<WellOutcome> => {
    const outcome = await runner.run(well);
    if (well !== "A02") return outcome;
    return { ...outcome, status: "failed", isAbandoned: true, images: [], tables: {} };
  };
  const report = await runOn(bench, plan, { executor: { workers: 1, run } });
  expect(report).toMatchObject({ status: "partial", wells: { A02: { status: "failed" } } });
  const files = Object.keys(contentOf(bench.disk, "/results"));
  expect(files.filter((path) => path.includes("A02"))).toEqual([]);
  expect(files.filter((path) => path.includes("B01"))).not.toEqual([]);
});

test("a finished run is left as it is", async () => {
  const { bench, plan } = await makeBench();
  const first = await runOn(bench, plan);
  bench.disk.reads.length = 0;
  bench.disk.writes.length = 0;
  const again = await runOn(bench, plan, { resume: true });
  expect([bench.disk.reads, bench.disk.writes]).toEqual([[], []]);
  expect(again).toMatchObject({ status: "complete", outputs: first.outputs, wells: { A01: { kept: true } } });
});

test("an empty folder is begun, one that holds something else is refused", async () => {
  const { bench, plan } = await makeBench();
  expect(await runOn(bench, plan, { resume: true })).toMatchObject({ status: "complete" });
  const other = await bench.pw.compile(pipeline, bench.plate, { out: "/results", wells: ["A01"] });
  await expect(runOn(bench, other, { resume: true })).rejects.toThrow("holds results of another plan");
  bench.disk.put("/foreign", "images/mine.tif", 1);
  await expect(runOn(bench, plan, { resume: true, out: "/foreign" })).rejects.toThrow(
    "holds results already",
  );
});

test("without being asked an unfinished run is neither gone on with nor replaced", async () => {
  const { bench, plan } = await makeBench();
  await runUntil(bench, plan, "B01");
  const before = contentOf(bench.disk, "/results");
  await expect(runOn(bench, plan)).rejects.toMatchObject({
    code: "exists",
    message: expect.stringContaining("an unfinished run of this plan: 2 of 4 wells are complete"),
    details: { unfinished: { complete: 2, wells: 4 } },
  });
  expect(contentOf(bench.disk, "/results")).toEqual(before);
  await runOn(bench, plan, { overwrite: true });
  expect(contentOf(bench.disk, "/results")).toEqual(await whole());
});
