import {
  createPlatewright,
  definePipeline,
  defineTask,
  explainPlan,
  type Plan,
  type Step,
  step,
  taskStep,
} from "@platewright/core";
import { expect, test } from "vitest";
import { add, invert, project } from "../support/functions.ts";
import { gridBackend } from "../support/grid.ts";
import { type Bench, createBench, pixelOf } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

/** Sums up each image of a well, and keeps a table and a picture of all of them side by side. */
const overview = defineTask<{ readonly scale: number }>({
  name: "overview",
  package: "tests",
  async run({ images, readImage, writeValue, writeArray, params }) {
    const rows: object[] = [];
    for (const image of images) {
      const { data } = await readImage(image);
      rows.push({
        ...image.key,
        sum: params.scale * [...data].reduce((sum, value) => sum + Number(value), 0),
      });
    }
    await writeValue("sums.csv", rows);
    if (images[0]) await writeArray("first.tif", await readImage(images[0]));
  },
});
const failing = defineTask({
  name: "failing",
  async run({ well, writeValue }) {
    await writeValue("half.json", [well]);
    throw new Error(`no room for ${well}`);
  },
});
const compile = (bench: Bench, ...steps: readonly Step[]) =>
  bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
const run = (bench: Bench, plan: Plan, options: object = {}) =>
  bench.pw.run(plan, { plate: bench.plate, out: "/results", ...options });

test("it uses persistent storages only, and the step before it is kept for it", async () => {
  const bench = await createBench();
  const plan = await compile(
    bench,
    step("brighten", add),
    step("turn", invert),
    taskStep("overview", overview, { params: { scale: 2 }, inputSource: "brighten" }),
    step("project", project),
    taskStep("raw", overview, { params: { scale: 1 }, inputSource: "plate" }),
  );
  expect(plan.steps.map(({ readBackend, writeBackend }) => [readBackend, writeBackend])).toEqual([
    ["disk", "memory"],
    ["memory", "memory"],
    ["disk", "disk"],
    ["memory", "disk"],
    ["disk", "disk"],
  ]);
  expect(plan.steps.map(({ output }) => output?.folder)).toEqual([
    "images/brighten",
    undefined,
    undefined,
    "images/project",
    undefined,
  ]);
  // Images pass by it.
  expect(plan.steps.map(({ source }) => source)).toEqual(["plate", 0, 0, 1, "plate"]);
  expect(plan.steps[2]?.task).toEqual({
    id: { name: "overview", version: "1", package: "tests" },
    params: { scale: 2 },
    folder: "artifacts/steps/overview",
  });
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(explainPlan(plan)).toContain("overview");
});

test("it reads what was written, and what it writes is among the results", async () => {
  const bench = await createBench({ channels: 1 });
  const plan = await compile(
    bench,
    step("project", project),
    taskStep("overview", overview, { params: { scale: 2 } }),
    taskStep("raw", overview, { params: { scale: 1 }, inputSource: "plate", wells: "A02" }),
  );
  const events: unknown[] = [];
  const report = await run(bench, plan, { onEvent: (event: { type: string }) => events.push(event) });
  const content = contentOf(bench.disk, "/results");
  const planes = (well: string) =>
    ["1", "2", "3"].map((z) =>
      Array.from({ length: 6 }, (_, i) => pixelOf({ well, site: "1", channel: "1", z, timepoint: "1" }, i)),
    );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  for (const well of ["A01", "A02"]) {
    const projected = planes(well)[0]?.map((_, i) =>
      Math.max(...planes(well).map((plane) => plane[i] as number)),
    );
    expect(content[`artifacts/steps/overview/${well}/sums.csv`]).toEqual([
      { well, timepoint: "1", site: "1", channel: "1", z: "1", sum: 2 * sum(projected ?? []) },
    ]);
    expect(content[`artifacts/steps/overview/${well}/first.tif`]).toEqual(["uint16", [2, 3], projected]);
  }
  expect(content["artifacts/steps/raw/A02/sums.csv"]).toMatchObject(
    planes("A02").map((plane) => ({ sum: sum(plane) })),
  );
  expect(content["artifacts/steps/raw/A01/sums.csv"]).toBeUndefined();
  expect(report.outputs.artifacts).toHaveLength(6);
  expect([report.wells.A01?.units, report.wells.A02?.units]).toEqual([2, 3]);
  expect(events).toContainEqual({ type: "unit-done", well: "A02", step: "raw", done: 3, units: 3 });
});

test("a well whose task fails leaves nothing, the others go on", async () => {
  const bench = await createBench({ channels: 1 });
  const plan = await compile(bench, step("project", project), taskStep("fail", failing, { wells: "A01" }));
  const report = await run(bench, plan);
  expect([report.wells.A01?.status, report.wells.A02?.status]).toEqual(["failed", "complete"]);
  expect(report.wells.A01?.error?.message).toBe('Well A01, step "fail", task failing: no room for A01');
  const left = Object.keys(contentOf(bench.disk, "/results"));
  expect(left.filter((path) => /^(images|artifacts)/.test(path))).toEqual([
    "images/project/A02_s001_w1_z001_t001.tif",
  ]);
});

test("its parameters and version are in its hash, and in no other step's", async () => {
  const bench = await createBench();
  const hashes = async (scale: number) =>
    (
      await compile(
        bench,
        step("a", add),
        taskStep("overview", overview, { params: { scale } }),
        step("b", invert),
      )
    ).steps.map(({ hash }) => hash);
  const [one, two] = [await hashes(1), await hashes(2)];
  expect(one.map((hash, i) => hash === two[i])).toEqual([true, false, true]);
});

test("a plan from JSON finds it in the pipeline, or is refused before anything is written", async () => {
  const bench = await createBench({ channels: 1 });
  const steps = [step("project", project), taskStep("overview", overview, { params: { scale: 2 } })];
  const pipeline = definePipeline({ name: "a", steps });
  const plan = JSON.parse(JSON.stringify(await bench.pw.compile(pipeline, bench.plate))) as Plan;
  expect((await run(bench, plan, { pipeline })).status).toBe("complete");
  const bare = createPlatewright(gridBackend(), bench.disk.provider);
  await expect(
    bare.run(plan, { plate: bench.plate, out: "/other", functions: [project] }),
  ).rejects.toMatchObject({
    code: "registry",
    message: expect.stringContaining("The task tests:overview@1 of step"),
  });
  expect(bench.disk.files("/other").size).toBe(0);
});

test("a task of one's own is known by its text: an edited one is another", async () => {
  const bench = await createBench({ channels: 1 });
  const pipelineOf = (run: () => void) =>
    definePipeline({
      name: "a",
      steps: [step("project", project), taskStep("own", defineTask({ name: "own", run }))],
    });
  const plan = await bench.pw.compile(
    pipelineOf(() => {}),
    bench.plate,
  );
  const edited = pipelineOf(() => {
    throw new Error("other");
  });
  expect((await bench.pw.compile(edited, bench.plate)).steps[1]?.hash).not.toBe(plan.steps[1]?.hash);
  await expect(
    run(bench, JSON.parse(JSON.stringify(plan)) as Plan, { pipeline: edited }),
  ).rejects.toMatchObject({
    code: "registry",
    message: expect.stringContaining("was edited since the plan was compiled"),
  });
});

test("it can't name a file outside of its folder", async () => {
  const leave = defineTask({ name: "escape", run: ({ writeValue }) => writeValue("../../../run.json", {}) });
  const bench = await createBench({ channels: 1, wells: ["A01"] });
  const plan = await compile(bench, step("project", project), taskStep("escape", leave));
  const { wells } = await run(bench, plan);
  expect(wells.A01?.error?.message).toContain('leaves its folder by ".."');
});

test("without a name it is refused", () => {
  expect(() => defineTask({ name: "", run: () => {} })).toThrow("A task needs a name");
});
