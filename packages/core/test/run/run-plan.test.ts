import {
  definePipeline,
  isPlatewrightError,
  type Pipeline,
  type Plan,
  type RunEvent,
  type RunOptions,
  step,
  use,
  type WellExecutor,
} from "@platewright/core";
import { describe, expect, test, vi } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add, findPeak, fromPeak, invert, measure, project, same } from "../support/functions.ts";
import { mapGrid } from "../support/grid.ts";
import { type Bench, createBench, pixelOf } from "../support/plate.ts";
import { contentOf, createFakeDisk } from "../support/storage.ts";

const three = definePipeline({
  name: "three",
  steps: [
    step("find", [use(add, { amount: 2 }), findPeak], { checkpoint: true }),
    step("turn", fromPeak),
    step("measure", [project, measure]),
  ],
});

const runOn = async (bench: Bench, plan: Plan, options: Partial<RunOptions> = {}) =>
  bench.pw.run(plan, { plate: bench.plate, out: "/results", ...options });
const imagePaths = ({ disk }: Bench) =>
  [...disk.files("/results").keys()].filter((path) => path.startsWith("images/"));

test("a pipeline runs from disk to disk: the pixels, the table and the report are right", async () => {
  const bench = await createBench();
  const plan = await bench.pw.compile(three, bench.plate, { out: "/results" });
  const report = await bench.pw.run(plan, { plate: bench.plate });
  expect(report).toMatchObject({
    status: "complete",
    cancelled: false,
    planHash: plan.hash,
    wells: { A01: { status: "complete", units: 6, images: 8 }, A02: { status: "complete" } },
    outputs: { images: 16, tables: ["tables/means.csv"], artifacts: [], folder: "/results" },
    workers: 1,
  });
  const content = contentOf(bench.disk, "/results");
  const rows: object[] = [];
  for (const well of ["A01", "A02"]) {
    for (const channel of ["1", "2"]) {
      const plane = (z: string) =>
        Array.from({ length: 6 }, (_, i) => pixelOf({ well, site: "1", channel, z, timepoint: "1" }, i) + 2);
      const planes = ["1", "2", "3"].map(plane);
      const peak = Math.max(...planes.flat());
      const projected = plane("1").map(
        (_, i) => peak - Math.min(...planes.map((values) => values[i] as number)),
      );
      for (const [z, values] of planes.entries()) {
        expect(content[`images/find/${well}_s001_w${channel}_z00${z + 1}_t001.tif`]).toEqual([
          "uint16",
          [2, 3],
          values,
        ]);
      }
      expect(content[`images/measure/${well}_s001_w${channel}_z001_t001.tif`]).toEqual([
        "uint16",
        [2, 3],
        projected,
      ]);
      rows.push({
        well,
        site: 1,
        channel: Number(channel),
        mean: expect.closeTo(projected.reduce((sum, value) => sum + value) / 6, 9),
      });
    }
  }
  expect(content["tables/means.csv"]).toMatchObject(rows);
  expect(Object.keys(content)).toHaveLength(17);
});

test("each image of the plate is read once, and the plate is never written to", async () => {
  const bench = await createBench();
  const before = [...bench.disk.files("/plates/test").keys()];
  await runOn(bench, await bench.pw.compile(three, bench.plate));
  expect(new Set(bench.disk.reads).size).toBe(12);
  expect(bench.disk.reads).toHaveLength(12);
  expect(bench.disk.writes.filter((path) => !path.startsWith("/results:"))).toEqual([]);
  expect([...bench.disk.files("/plates/test").keys()]).toEqual(before);
});

test("a plan that came back from JSON, or from elsewhere, runs to the same bytes", async () => {
  const bench = await createBench();
  const plan = await bench.pw.compile(three, bench.plate, { settings: { dtype: "native" } });
  const copy = JSON.parse(JSON.stringify(plan)) as Plan;
  await runOn(bench, plan);
  await runOn(bench, copy, { out: "/copy" });
  expect(contentOf(bench.disk, "/copy")).toEqual(contentOf(bench.disk, "/results"));
  const other = await createBench();
  await expect(runOn(other, copy)).rejects.toThrow("functions that are not known here: tests:add@1 on grid;");
  await other.pw.run(copy, { plate: other.plate, out: "/other", pipeline: three });
  expect(contentOf(other.disk, "/other")).toEqual(contentOf(bench.disk, "/results"));
});

test("a function of one's own is known by its text: a plan does not run with another", async () => {
  const bench = await createBench({ channels: 1, planes: 1, wells: ["A01"] });
  const compile = (pipeline: Pipeline) => bench.pw.compile(pipeline, bench.plate);
  const more = grid({ name: "own" }, (stack) => mapGrid(stack, (value) => value + 1));
  const less = grid({ name: "own" }, (stack) => mapGrid(stack, (value) => value - 1));
  const first = definePipeline({ name: "own", steps: [step("own", more)] });
  const second = definePipeline({ name: "own", steps: [step("own", less)] });
  const plan = await compile(first);
  expect((await compile(second)).steps[0]?.hash).not.toBe(plan.steps[0]?.hash);
  const copy = JSON.parse(JSON.stringify(plan)) as Plan;
  const runWith = (pipeline: Pipeline) =>
    bench.pw.run(copy, { plate: bench.plate, out: "/results", pipeline });
  await expect(runWith(second)).rejects.toThrow("own is no longer what it was when the plan was compiled");
  await expect(runWith(first)).resolves.toMatchObject({ status: "complete" });
});

test("an author who gives versions says when a function changes", async () => {
  const bench = await createBench({ channels: 1, planes: 1, wells: ["A01"] });
  const more = grid({ name: "own", version: "2" }, (stack) => mapGrid(stack, (value) => value + 1));
  const less = grid({ name: "own", version: "2" }, (stack) => mapGrid(stack, (value) => value - 1));
  const [one, two] = [more, less].map((fn) => definePipeline({ name: "own", steps: [step("own", fn)] }));
  const hashOf = async (pipeline: Pipeline | undefined) =>
    pipeline && (await bench.pw.compile(pipeline, bench.plate)).hash;
  expect(await hashOf(one)).toBe(await hashOf(two));
});

test("two pipelines whose functions share a name each run their own", async () => {
  const bench = await createBench({ channels: 1, planes: 1, wells: ["A01"] });
  const compile = (by: number) => {
    const shift = grid({ name: "shift" }, (stack) => mapGrid(stack, (value) => value + by));
    return bench.pw.compile(definePipeline({ name: "a", steps: [step("a", shift)] }), bench.plate);
  };
  const [first] = [await compile(1), await compile(100)];
  await runOn(bench, first);
  const [, , [value]] = contentOf(bench.disk, "/results")["images/a/A01_s001_w1_z001_t001.tif"] as [
    string,
    number[],
    number[],
  ];
  expect(value).toBe(pixelOf({ well: "A01", site: "1", channel: "1", z: "1", timepoint: "1" }, 0) + 1);
});

test("wells in any order, one or several at once, give the same bytes", async () => {
  const wells = ["A01", "A02", "B01", "B02"];
  const bench = await createBench({ wells });
  const plan = await bench.pw.compile(three, bench.plate);
  const executorOf = async (out: string, workers: number): Promise<WellExecutor> => {
    const runner = await bench.pw.createWellRunner(plan, {
      plate: bench.plate,
      out,
      signal: new AbortController().signal,
    });
    return { workers, run: (well) => runner.run(well) };
  };
  await runOn(bench, plan);
  await runOn(bench, plan, { out: "/turned", wells: [...wells].reverse() });
  const two = await runOn(bench, plan, { out: "/two", executor: await executorOf("/two", 2) });
  await runOn(bench, plan, { out: "/four", executor: await executorOf("/four", 4) });
  const expected = contentOf(bench.disk, "/results");
  expect(two.workers).toBe(2);
  expect(contentOf(bench.disk, "/two")).toEqual(expected);
  expect(contentOf(bench.disk, "/four")).toEqual(expected);
  const turned = contentOf(bench.disk, "/turned");
  const sorted = (rows: unknown) =>
    JSON.stringify([...(rows as object[])].map((row) => JSON.stringify(row)).sort());
  expect({ ...turned, "tables/means.csv": sorted(turned["tables/means.csv"]) }).toEqual({
    ...expected,
    "tables/means.csv": sorted(expected["tables/means.csv"]),
  });
});

test("results are replaced on purpose only, and those that no longer come are removed", async () => {
  const bench = await createBench();
  const compile = (wells: string) =>
    bench.pw.compile(definePipeline({ name: "a", steps: [step("a", measure)] }), bench.plate, {
      wells: [wells],
    });
  await runOn(bench, await compile("A01,A02"));
  const refused = await runOn(bench, await compile("A01")).catch((thrown: unknown) => thrown);
  expect(isPlatewrightError(refused, "exists") && refused.message).toBe(
    '"/results" holds results already (images). Give another folder, or overwrite them on purpose.',
  );
  await runOn(bench, await compile("A01"), { overwrite: true });
  expect(imagePaths(bench).every((path) => path.includes("A01_"))).toBe(true);
  expect(contentOf(bench.disk, "/results")["tables/means.csv"]).toHaveLength(6);
});

describe("what can't be run is refused before anything is written", () => {
  const pipeline = definePipeline({ name: "a", steps: [step("a", add)] });
  const compileOn = async (spec: Parameters<typeof createBench>[0], storage: string) => {
    const other = await createBench(spec, createFakeDisk("tape").provider);
    return other.pw.compile(pipeline, other.plate, { settings: { storage } });
  };
  test.each<[string, Partial<RunOptions>, (plan: Plan) => unknown, string]>([
    ["results nowhere", { out: undefined }, (plan) => plan, "It is not said where the results shall go."],
    ["results in the plate", { out: "/plates/test/new" }, (plan) => plan, "lies inside the plate"],
    [
      "wells that the plan lacks",
      { wells: ["H12"] },
      (plan) => plan,
      "The plan has no well H12. It has A01, A02.",
    ],
    ["what is no plan", {}, () => ({ kind: "pipeline" }), "This is no plan."],
    [
      "a plan of another version",
      {},
      (plan) => ({ ...plan, version: 0 }),
      "The plan is of version 0; this engine runs version 1.",
    ],
    [
      "a plan with another parameter",
      {},
      (plan) => JSON.parse(JSON.stringify(plan).replaceAll('"amount":1', '"amount":2')),
      "was edited after it was compiled",
    ],
    [
      "a plan with other images",
      {},
      (plan) => ({ ...plan, templates: [] }),
      "was edited after it was compiled",
    ],
    ["a plan that lacks its steps", {}, ({ steps: _, ...rest }) => rest, "was edited after it was compiled"],
    [
      "a plan of another plate",
      {},
      () => compileOn({ wells: ["A01", "A02"], planes: 5 }, "disk"),
      "is not the one the plan was compiled for",
    ],
    ["a storage that is gone", {}, () => compileOn({}, "tape"), 'The storage "tape" is not installed.'],
    [
      "functions that are not known",
      { functions: [invert] } as object,
      (plan) => plan,
      "The plan calls a function that is not known here: tests:add@1 on grid.",
    ],
  ])("%s", async (_, options, change, says) => {
    const bench = await createBench();
    const plan = (await change(await bench.pw.compile(pipeline, bench.plate))) as Plan;
    await expect(runOn(bench, plan, options)).rejects.toThrow(says);
    expect([bench.disk.reads, bench.disk.writes]).toEqual([[], []]);
  });
});

test("functions are found among the exports of a package, by name and version", async () => {
  const bench = await createBench();
  const plan = JSON.parse(JSON.stringify(await bench.pw.compile(three, bench.plate))) as Plan;
  const other = await createBench();
  const functions: unknown[] = [add, findPeak, fromPeak, measure, project, "a word", undefined];
  await runOn(bench, plan, { out: "/here" });
  await other.pw.run(plan, { plate: other.plate, out: "/there", functions });
  expect(contentOf(other.disk, "/there")).toEqual(contentOf(bench.disk, "/here"));
});

test("what was run is kept beside the results", async () => {
  const bench = await createBench({
    index: { pixelSize: { x: 0.5, y: 0.5, unit: "µm" }, channelNames: { 1: "DAPI" } },
  });
  const plan = await bench.pw.compile(three, bench.plate);
  const report = await runOn(bench, plan, { versions: { tests: "1.2.3" } });
  const document = bench.disk.files("/results").get("run.json");
  expect(document).toMatchObject({
    pipeline: "three",
    planHash: plan.hash,
    planVersion: 1,
    versions: { tests: "1.2.3" },
    plate: plan.plate,
    status: "complete",
    wells: JSON.parse(JSON.stringify(report.wells)),
    steps: [
      {
        name: "find",
        folder: "images/find",
        functions: [
          { name: "add", package: "tests", version: "1", params: { amount: 2 } },
          { name: "findPeak" },
        ],
      },
      { name: "turn", functions: [{ name: "fromPeak" }] },
      { name: "measure", folder: "images/measure" },
    ],
  });
  const written = bench.disk.written.get("images/find/A01_s001_w1_z001_t001.tif");
  expect(written).toMatchObject({
    pixelSize: { x: 0.5, y: 0.5 },
    channelNames: ["DAPI"],
    compression: "none",
  });
});

test("events tell a run's course", async () => {
  const bench = await createBench({ wells: ["A01"], channels: 1 });
  const events: RunEvent[] = [];
  const plan = await bench.pw.compile(
    definePipeline({ name: "a", steps: [step("a", same), step("b", invert)] }),
    bench.plate,
  );
  await runOn(bench, plan, { onEvent: (event) => events.push(event) });
  expect(events).toMatchObject([
    { type: "run-start", wells: 1, planHash: plan.hash },
    { type: "well-start", well: "A01", units: 2 },
    { type: "unit-done", well: "A01", step: "a", done: 1, units: 2 },
    { type: "unit-done", well: "A01", step: "b", done: 2, units: 2 },
    { type: "well-done", well: "A01" },
    { type: "run-done", status: "complete" },
  ]);
});

test("an executor is closed once, also where it breaks", async () => {
  const bench = await createBench();
  const close = vi.fn(async () => {});
  const broken: WellExecutor = { workers: 2, run: () => Promise.reject(new Error("worker gone")), close };
  const plan = await bench.pw.compile(three, bench.plate);
  await expect(runOn(bench, plan, { executor: broken })).rejects.toThrow("worker gone");
  expect(close).toHaveBeenCalledTimes(1);
});

test("an executor is closed once where a run is refused or has nothing left to do", async () => {
  const bench = await createBench();
  const executor = () => ({
    workers: 2,
    run: vi.fn(),
    close: vi.fn(async () => Promise.reject(new Error("late"))),
  });
  const plan = await bench.pw.compile(three, bench.plate);
  const noWell = executor();
  await expect(runOn(bench, plan, { executor: noWell, wells: ["H12"] })).rejects.toMatchObject({
    code: "filter",
  });
  await runOn(bench, plan);
  const again = executor();
  await expect(runOn(bench, plan, { executor: again })).rejects.toMatchObject({ code: "exists" });
  const finished = executor();
  expect(await runOn(bench, plan, { executor: finished, resume: true })).toMatchObject({
    status: "complete",
  });
  for (const { run, close } of [noWell, again, finished]) {
    expect(run).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(1);
  }
});

test("an empty plan runs to nothing", async () => {
  const bench = await createBench();
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps: [] }), bench.plate);
  await expect(runOn(bench, plan)).resolves.toMatchObject({ status: "complete", outputs: { images: 0 } });
  expect(bench.disk.reads).toEqual([]);
});

test("results of another pipeline are replaced whole, a stranger's files are left", async () => {
  const bench = await createBench();
  await runOn(bench, await bench.pw.compile(three, bench.plate));
  bench.disk.put("/results", "images/find/notes.txt", {});
  const other = definePipeline({ name: "other", steps: [step("only", invert)] });
  await runOn(bench, await bench.pw.compile(other, bench.plate), { overwrite: true });
  const left = [...bench.disk.files("/results").keys()];
  expect(left.filter((path) => /^(images\/(find|turn|measure)|tables)\//.test(path))).toEqual([
    "images/find/notes.txt",
  ]);
  expect(left.filter((path) => path.startsWith("images/only/"))).toHaveLength(12);
});

test("a listener that throws fails no well; the caller hears of it when the run is done", async () => {
  const bench = await createBench();
  const plan = await bench.pw.compile(three, bench.plate);
  const onEvent = (event: RunEvent) => {
    if (event.type === "unit-done") throw new Error("the progress bar is broken");
  };
  await expect(runOn(bench, plan, { onEvent })).rejects.toThrow("the progress bar is broken");
  expect(bench.disk.files("/results").has("run.json")).toBe(true);
  expect(imagePaths(bench)).toHaveLength(16);
});

test("an executor that breaks loses no well that was done", async () => {
  const bench = await createBench();
  const plan = await bench.pw.compile(three, bench.plate);
  const runner = await bench.pw.createWellRunner(plan, {
    plate: bench.plate,
    out: "/results",
    signal: new AbortController().signal,
  });
  const executor: WellExecutor = {
    workers: 1,
    run: (well) => (well === "A02" ? Promise.reject(new Error("no thread could start")) : runner.run(well)),
  };
  await expect(runOn(bench, plan, { executor })).rejects.toThrow("no thread could start");
  expect(contentOf(bench.disk, "/results")["tables/means.csv"]).toBeDefined();
});
