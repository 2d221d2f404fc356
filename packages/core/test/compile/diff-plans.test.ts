import {
  definePipeline,
  defineTask,
  diffPlans,
  explainDiff,
  explainPlan,
  lazy,
  type Pipeline,
  type Plan,
  type PlanDiff,
  step,
  taskStep,
  use,
} from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add, findPeak, fromPeak, invert, measure, project, same } from "../support/functions.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";

const steps = {
  shift: step("shift", use(add, { amount: 2 })),
  peak: step("peak", [findPeak, invert]),
  turn: step("turn", fromPeak),
  flat: step("flat", project),
  measure: step("measure", measure),
};

const pipelineOf = (...list: readonly unknown[]): Pipeline =>
  definePipeline({ name: "many", steps: list as never });

const all = pipelineOf(steps.shift, steps.peak, steps.turn, steps.flat, steps.measure);

async function compile(pipeline: Pipeline, spec: PlateSpec = {}, options: object = {}): Promise<Plan> {
  const { pw, plate } = await createBench(spec);
  return pw.compile(pipeline, plate, options);
}

async function diffTo(pipeline: Pipeline, spec: PlateSpec = {}, options: object = {}): Promise<PlanDiff> {
  return diffPlans(await compile(all), await compile(pipeline, spec, options));
}

const stepOf = (diff: PlanDiff, name: string) => diff.steps.find((each) => each.name === name);

test("nothing changed", async () => {
  const diff = await diffTo(all);
  expect(diff).toMatchObject({ sameResults: true, plate: [], settings: [] });
  expect(diff.steps.every(({ changes, because, moved }) => changes.length === 0 && !because && !moved)).toBe(
    true,
  );
  expect(explainDiff(diff)).toContain("Nothing changed.");
});

test("a parameter changes its step's hash, and those of the steps that read it only", async () => {
  const other = step("peak", [findPeak, use(add, { amount: 5 }), invert]);
  const diff = await diffTo(pipelineOf(steps.shift, other, steps.turn, steps.flat, steps.measure));
  expect(stepOf(diff, "shift")).not.toHaveProperty("because");
  expect(stepOf(diff, "peak")).toMatchObject({
    because: { own: true, reads: [] },
    changes: [{ what: "function", to: "add(amount = 5)" }],
  });
  expect(stepOf(diff, "turn")).toMatchObject({
    changes: [],
    because: { own: false, reads: [{ step: "peak" }] },
  });
  expect(stepOf(diff, "measure")).toMatchObject({ because: { own: false, reads: [{ step: "flat" }] } });
  const changed = await diffTo(
    pipelineOf(step("shift", use(add, { amount: 3 })), steps.peak, steps.turn, steps.flat, steps.measure),
  );
  expect(stepOf(changed, "shift")?.changes).toEqual([{ what: "amount of add", from: 2, to: 3 }]);
  const text = explainDiff(changed);
  expect(text).toMatch(/~ +1\. shift {2}\(hash differs by its own change\)\n +amount of add: 2 → 3/);
  expect(text).toMatch(/↳ +2\. peak {2}\(hash differs only because it reads step "shift"\)/);
  expect(text).toContain("1 step changed, 4 steps that read what changed.");
});

test("steps are added, removed and moved", async () => {
  const extra = step("extra", same);
  const diff = await diffTo(pipelineOf(steps.shift, extra, steps.flat, steps.peak, steps.measure));
  expect(diff.steps.map(({ name, before, after, moved }) => [name, before, after, moved])).toEqual([
    ["shift", 0, 0, false],
    ["extra", undefined, 1, false],
    ["flat", 3, 2, false],
    ["peak", 1, 3, true],
    ["turn", 2, undefined, false],
    ["measure", 4, 4, false],
  ]);
  expect(stepOf(diff, "flat")?.changes).toContainEqual({
    what: "reads",
    from: 'step "turn"',
    to: 'step "extra"',
  });
  expect(stepOf(diff, "extra")?.changes).toEqual([{ what: "function", to: "same()" }]);
  const text = explainDiff(diff);
  expect(text).toMatch(/^ {2}\+ +2\. extra {2}\(new\)$/m);
  expect(text).toMatch(/^ {2}− +turn {2}\(removed\)$/m);
  expect(text).toMatch(/^ {2}~ +4\. peak {2}\(was step 2; /m);
});

test("a step that was renamed is the same step", async () => {
  const renamed = step("shifted", use(add, { amount: 2 }));
  const diff = await diffTo(pipelineOf(renamed, steps.peak, steps.turn, steps.flat, steps.measure));
  expect(stepOf(diff, "shifted")).toMatchObject({ formerName: "shift", changes: [] });
  expect(stepOf(diff, "peak")?.changes).toEqual([]);
  expect(explainDiff(diff)).toContain('1. shifted  (was called "shift")');
});

test("versions of functions, groupings, dtypes and places of results", async () => {
  const versioned = (version: string) =>
    pipelineOf(
      step(
        "one",
        grid({ name: "odd", package: "tests", version }, (stack) => stack),
        version === "2" ? { dtype: "native", variableComponents: ["site"], checkpoint: true } : {},
      ),
      step("two", { 1: invert, 2: version === "2" ? same : invert }, { groupBy: "channel" }),
    );
  const diff = diffPlans(await compile(versioned("1")), await compile(versioned("2")));
  const changes = stepOf(diff, "one")?.changes;
  expect(changes).toContainEqual({ what: "version of odd", from: "1", to: "2" });
  expect(changes).toContainEqual({ what: "stacks over", from: ["z"], to: ["site"] });
  expect(changes).toContainEqual({ what: "dtype", from: "preserve", to: "native" });
  expect(changes).toContainEqual({ what: "images kept", to: "images/one on disk" });
  expect(stepOf(diff, "two")).toMatchObject({ because: { own: true, reads: [{ step: "one" }] } });
  expect(stepOf(diff, "two")?.changes.filter(({ what }) => what.startsWith("channel 2: "))).not.toEqual([]);
  expect(stepOf(diff, "two")?.changes.filter(({ what }) => what.startsWith("channel 1: "))).toEqual([]);
});

test("wells, the plate and settings", async () => {
  const fewer = await diffTo(all, { wells: ["A01", "A02"] }, { wells: ["A01"], settings: { workers: 4 } });
  expect(fewer.wells).toEqual({ added: [], removed: ["A02"], changed: [] });
  expect(fewer.settings).toContainEqual({ what: "workers", from: 1, to: 4 });
  expect(fewer.steps.some(({ because }) => because)).toBe(false);
  const index = { pixelSize: { x: 0.5, y: 0.5, unit: "µm" as const } };
  const lacks: PlateSpec["lacks"] = ({ well, z }) => well === "A02" && z === "3";
  const other = await diffTo(all, { lacks, index });
  expect(other.plate).toContainEqual(expect.objectContaining({ what: "images" }));
  expect(other.plate).toContainEqual({ what: "pixelSize", to: index.pixelSize });
  expect(other.wells.changed).toEqual(["A02"]);
  expect(stepOf(other, "shift")).toMatchObject({ changes: [], because: { own: false, reads: ["plate"] } });
  expect(explainDiff(other)).toContain("another plate, or other images on it");
});

test("a change of workers alone decides no results", async () => {
  const diff = await diffTo(all, {}, { settings: { workers: 2 } });
  expect(diff.sameResults).toBe(true);
  expect(explainDiff(diff)).toContain("Nothing changed that decides the results.");
  expect(explainDiff(diff)).toContain("workers: 1 → 2");
});

test("work on stored files", async () => {
  const count = defineTask<{ least: number }>({ name: "count files", run: () => {} });
  const withTask = (least: number) =>
    pipelineOf(
      steps.shift,
      step("flat", project, { checkpoint: true }),
      taskStep("files", count, { params: { least } }),
    );
  const [one, two] = [await compile(withTask(1)), await compile(withTask(2))];
  expect(explainPlan(one)).toMatch(/ works +count files\(\{"least":1\}\) on stored files, version 1\n/);
  const diff = diffPlans(one, two);
  expect(stepOf(diff, "files")).toMatchObject({
    because: { own: true },
    changes: [{ what: "with", from: { least: 1 }, to: { least: 2 } }],
  });
  expect(stepOf(diff, "flat")).not.toHaveProperty("because");
});

test("an expensive parameter is told by its identity", async () => {
  const table = lazy(() => 7, { version: "trained in May" });
  const plan = await compile(pipelineOf(step("shift", use(add, { amount: table as never }))));
  expect(explainPlan(plan)).toMatch(/add\(amount = lazy value [0-9a-f]{8}\)/);
});
