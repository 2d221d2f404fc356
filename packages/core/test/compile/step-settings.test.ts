import { createConfigStore, definePipeline, type Plan, type Step, step, use } from "@platewright/core";
import { describe, expect, test } from "vitest";
import { add, findPeak, invert, measure, project, same } from "../support/functions.ts";
import { type Bench, createBench } from "../support/plate.ts";
import { contentOf, createFakeDisk } from "../support/storage.ts";

const wells = ["A01", "A02", "B01"];
const define = (...steps: readonly Step[]) => definePipeline({ name: "a", steps });
const run = async ({ pw, plate, disk }: Bench, plan: Plan, out = "/results") => {
  const report = await pw.run(plan, { plate, out });
  expect(report.status).toBe("complete");
  return contentOf(disk, out);
};
const imagesOf = (content: Record<string, unknown>, well: string) =>
  Object.entries(content).flatMap(([path, value]) => {
    const [folder, name] = path.replace("images/", "").split("/");
    return path.startsWith("images/") && name?.startsWith(well) ? [[folder, name, value]] : [];
  });

describe("a step that runs in some wells only", () => {
  const some = { wells: ["row:A"] };

  test("is, in the others, as if it were switched off", async () => {
    const bench = await createBench({ wells });
    const steps = (options: object) => [
      step("first", add),
      step("turn", invert, options),
      step("again", use(add, { amount: 3 }), { inputSource: "turn", checkpoint: true }),
      step("last", project),
    ];
    const plan = await bench.pw.compile(define(...steps(some)), bench.plate);
    const [on, off] = [plan.templates[0]?.steps, plan.templates[1]?.steps];
    expect([plan.templates.length, on?.[1]?.input.values.z, off?.[1], off?.[2]?.source]).toEqual([
      2,
      ["1", "2", "3"],
      null,
      0,
    ]);
    const mixed = await run(bench, plan, "/mixed");
    const all = await run(bench, await bench.pw.compile(define(...steps({})), bench.plate), "/all");
    const none = await run(
      bench,
      await bench.pw.compile(define(...steps({ enabled: false, ...{} }).map(rename)), bench.plate),
      "/none",
    );
    for (const well of ["A01", "A02"]) expect(imagesOf(mixed, well)).toEqual(imagesOf(all, well));
    expect(imagesOf(mixed, "B01")).toEqual(imagesOf(none, "B01"));
    expect(imagesOf(mixed, "B01")).not.toEqual(imagesOf(all, "B01"));
  });

  test("leaves the results to the last step of each well", async () => {
    const bench = await createBench({ wells });
    const plan = await bench.pw.compile(
      define(step("turn", invert), step("project", project, { wells: "B01" })),
      bench.plate,
    );
    const content = await run(bench, plan);
    expect(imagesOf(content, "A01").map(([folder]) => folder)).toEqual(Array(6).fill("turn"));
    expect(imagesOf(content, "B01").map(([folder]) => folder)).toEqual(["project", "project"]);
    expect(plan.predicted.bytesWritten).toBe((6 + 6 + 2) * 12);
  });

  test("may be the only one: the other wells have nothing to do", async () => {
    const bench = await createBench({ wells });
    const plan = await bench.pw.compile(define(step("turn", invert, { wells: 1 })), bench.plate);
    const content = await run(bench, plan);
    expect(wells.map((well) => imagesOf(content, well).length)).toEqual([6, 0, 0]);
    expect(bench.disk.reads).toHaveLength(6);
  });

  test("has its filter in its hash and in those of the steps that read it", async () => {
    const { pw, plate } = await createBench({ wells });
    const hashes = async (options: object) => {
      const steps = [
        step("a", add),
        step("b", invert, options),
        step("c", add),
        step("d", add, { inputSource: "a" }),
      ];
      const plan = await pw.compile(define(...steps), plate);
      return [...plan.steps.map(({ hash }) => hash), plan.hash];
    };
    const [all, one] = [await hashes({}), await hashes({ wells: "A01" })];
    expect(all.map((hash, i) => hash === one[i])).toEqual([true, false, false, true, false]);
  });

  test("takes no part in what its wells need: a table has columns that fit every well", async () => {
    const bench = await createBench({ wells: ["A01", "A02"] });
    const steps = [step("project", project, { wells: "A01" }), step("measure", measure)];
    const content = await run(bench, await bench.pw.compile(define(...steps), bench.plate));
    const rows = content["tables/means.csv"] as readonly Record<string, unknown>[];
    expect(rows.map(({ well, z }) => [well, z])).toEqual([
      ["A01", 1],
      ["A01", 1],
      ...Array.from({ length: 6 }, (_, i) => ["A02", (i % 3) + 1]),
    ]);
  });

  test("may have no well among those of the run, which is said", async () => {
    const { pw, plate } = await createBench({ wells });
    const plan = await pw.compile(define(step("a", add), step("b", invert, { wells: "B01" })), plate, {
      wells: ["row:A"],
    });
    expect(plan.warnings).toMatchObject([{ step: "b", code: "well-filter" }]);
    expect(plan.steps[0]?.output?.folder).toBe("images/a");
  });

  test("does not stand in the way of an artifact that is optional", async () => {
    const { pw, plate } = await createBench({ wells });
    const plan = await pw.compile(
      define(step("find", findPeak, { wells: "A01" }), step("same", same)),
      plate,
    );
    expect(plan.templates).toHaveLength(2);
  });
});

describe("storage and compression of a step", () => {
  test("are its own, else the pipeline's, else the global ones", async () => {
    const second = createFakeDisk("second");
    const { pw, plate } = await createBench({}, second.provider);
    const keep = { checkpoint: true };
    const pipeline = definePipeline({
      name: "a",
      steps: [
        step("own", add, { ...keep, storage: "second", compression: "zstd" }),
        step("pipeline", add, keep),
        step("last", add, { compression: "none" }),
      ],
      settings: { compression: "deflate" },
    });
    const plan = await pw.compile(pipeline, plate);
    expect(plan.steps.map(({ output }) => output)).toEqual([
      { backend: "second", folder: "images/own", compression: "zstd" },
      { backend: "disk", folder: "images/pipeline", compression: "deflate" },
      { backend: "disk", folder: "images/last", compression: "none" },
    ]);
    const global = await pw.compile(pipeline, plate, { settings: { storage: "second" } });
    expect(global.steps.map(({ output }) => output?.backend)).toEqual(["second", "second", "second"]);
    expect(global.hash).not.toBe(plan.hash);
    expect(global.steps.map(({ hash }) => hash)).toEqual(plan.steps.map(({ hash }) => hash));
  });

  test("decide where the run writes, and how", async () => {
    const second = createFakeDisk("second");
    const bench = await createBench({}, second.provider);
    const steps = [
      step("one", add, { checkpoint: true, storage: "second", compression: "zstd" }),
      step("two", [project, measure]),
    ];
    const content = await run(bench, await bench.pw.compile(define(...steps), bench.plate));
    const elsewhere = contentOf(second, "/results");
    expect(Object.keys(elsewhere)).toHaveLength(12);
    expect(Object.keys(elsewhere).every((path) => path.startsWith("images/one/"))).toBe(true);
    expect(Object.keys(content).filter((path) => !path.startsWith("images/two/"))).toEqual([
      "tables/means.csv",
    ]);
    expect(new Set([...second.written.values()].map(({ compression }) => compression))).toEqual(
      new Set(["zstd"]),
    );
    expect(bench.disk.written.get("images/two/A01_s001_w1_z001_t001.tif")?.compression).toBe("none");
  });

  test("are pointless for a step whose images are not kept, which is said", async () => {
    const second = createFakeDisk("second");
    const { pw, plate } = await createBench({}, second.provider);
    const plan = await pw.compile(define(step("a", add, { storage: "second" }), step("b", add)), plate);
    expect(plan.warnings).toMatchObject([{ step: "a", code: "setting" }]);
    expect(plan.steps[0]?.output).toBeUndefined();
  });
});

describe("a configuration store", () => {
  test("hands over what it has saved; its values are stronger than the pipeline's and a step's own", async () => {
    const { pw, plate } = await createBench();
    const store = createConfigStore({ pipeline: { dtype: "native" }, steps: { b: { compression: "zstd" } } });
    store.update({ step: "b" }, { dtype: { rescale: [0, 9] } });
    const pipeline = definePipeline({
      name: "a",
      steps: [step("a", add), step("b", add, { compression: "lzw" })],
      settings: { dtype: "preserve" },
    });
    const plan = await pw.compile(pipeline, plate, { config: store.saved() });
    expect(plan.steps.map(({ dtype, output }) => [dtype, output?.compression])).toEqual([
      ["native", undefined],
      ["native", "zstd"],
    ]);
    const later = await pw.compile(pipeline, plate, { config: store.save() });
    expect(later.steps[1]?.dtype).toEqual({ rescale: [0, 9] });
    expect(plan.steps[1]?.dtype).toBe("native");
  });

  test("that has settings for a step which the pipeline lacks is told so", async () => {
    const { pw, plate } = await createBench();
    const { working } = createConfigStore({ steps: { gone: { dtype: "native" } } });
    const plan = await pw.compile(define(step("a", add)), plate, { config: working() });
    expect(plan.warnings).toMatchObject([
      {
        code: "setting",
        message: 'The configuration has settings for the step "gone", which the pipeline lacks.',
      },
    ]);
  });
});

/** Reads what the step before gives, as `turn` is not there to be named. */
function rename(one: Step): Step {
  return one.options.inputSource === "turn" ? { ...one, options: { checkpoint: true } } : one;
}
