import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { contentsOf } from "./support/files.ts";
import { countingPipeline, pipelineWith, writeModule } from "./support/pipelines.ts";
import { imagePath, makePlate } from "./support/plate.ts";

interface Kept {
  readonly folder: string;
  readonly pipeline: string;
  readonly plate: string;
  /** The file that `compile --json` printed. */
  readonly plan: string;
}

async function keep(text = countingPipeline, ...flags: readonly string[]): Promise<Kept> {
  const folder = temporaryFolder();
  const plate = join(folder, "plate");
  await makePlate(plate, { wells: ["A01", "A02", "A03"], sites: 2, planes: 2 });
  const pipeline = writeModule(folder, "pipeline.ts", text);
  const plan = join(folder, "plan.json");
  const { code, stdout } = await platewright(["compile", pipeline, plate, "--json", ...flags]);
  expect(code).toBe(0);
  writeFileSync(plan, stdout);
  return { folder, pipeline, plate, plan };
}

function resultsIn(out: string): Readonly<Record<string, string>> {
  const { "run.json": _, ...results } = contentsOf(out);
  return results;
}

async function runKept({ folder, plan }: Kept, ...rest: readonly string[]) {
  const out = join(folder, `out-${Math.random()}`);
  const ended = await platewright(["run", "--plan", plan, "--out", out, ...rest], { cwd: folder });
  return { ...ended, out };
}

describe.each(["disk", "zarr"])("a plan that was kept, run to %s,", (storage) => {
  test("gives the bytes of its pipeline, with one worker and with two", async () => {
    const kept = await keep(countingPipeline, "--storage", storage);
    const direct = join(kept.folder, "direct");
    await platewright(["run", kept.pipeline, kept.plate, "--storage", storage, "--out", direct]);
    const expected = resultsIn(direct);
    expect(Object.keys(expected).length).toBeGreaterThan(6);
    for (const workers of ["1", "2"]) {
      const { code, out, stdout } = await runKept(kept, "--workers", workers, "--json");
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ status: "complete", workers: Number(workers) });
      expect(resultsIn(out)).toEqual(expected);
    }
  });
});

test("finds the layout of a plugin in the pipeline's module, and says where to look once that has moved", async () => {
  const plugin = `({ ...imageXpress(), name: "mine", detect: () => "all", index: async (storage) => ({ ...(await imageXpress().index(storage)), layout: "mine" }) })`;
  const text = countingPipeline
    .replace("export default", "const pipeline =")
    .concat(
      `import { imageXpress } from "@platewright/microscopes";\nexport default { pipeline, plugins: [${plugin}] };\n`,
    );
  const kept = await keep(text, "--layout", "mine");
  expect((await runKept(kept)).code).toBe(0);
  renameSync(kept.pipeline, join(kept.folder, "moved.ts"));
  const { code, stderr } = await runKept(kept);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `There is no plate layout "mine". There are: imagexpress, opera-phenix, ome-zarr. The pipeline ${kept.pipeline}, which may have had it as a plugin, is not there;`,
  );
  expect((await runKept(kept, "moved.ts", "plate")).code).toBe(0);
});

test("runs some of its wells", async () => {
  const { code, stdout } = await runKept(await keep(), "--exclude-wells", "A02", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ wells: { A01: {}, A03: {} } });
  expect(JSON.parse(stdout).wells).not.toHaveProperty("A02");
});

test("finds functions in their package where the pipeline is gone, and the plate where it was moved to", async () => {
  const kept = await keep();
  const before = await runKept(kept);
  rmSync(kept.pipeline);
  const without = await runKept(kept);
  expect(without.code).toBe(0);
  expect(resultsIn(without.out)).toEqual(resultsIn(before.out));
  renameSync(kept.plate, join(kept.folder, "moved"));
  const lost = await runKept(kept);
  expect(lost).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Give the folder where it lies now"),
  });
  const found = await runKept(kept, "moved");
  expect(found.code).toBe(0);
  expect(resultsIn(found.out)).toEqual(resultsIn(before.out));
});

test("finds functions in a package that is installed beside the pipeline", async () => {
  const kept = await keep();
  const installed = join(kept.folder, "node_modules", "@lab", "shapes");
  mkdirSync(installed, { recursive: true });
  writeFileSync(
    join(installed, "package.json"),
    '{ "name": "@lab/shapes", "version": "1.0.0", "type": "module", "exports": { ".": "./index.js" } }',
  );
  writeModule(
    installed,
    "index.js",
    `const contract = Symbol.for("@platewright/core/contract@1");
export const mirror = Object.defineProperty((stack) => stack, contract, { value: {
  name: "mirror", package: "@lab/shapes", version: "2", input: "ndarray", output: "ndarray", params: undefined,
  unit: "stack", slices: "same", halo: undefined, dtype: "same", specialInputs: [], optionalInputs: [], specialOutputs: [],
  materialize: {}, oomRecovery: true, chainBreaker: false, slicewise: false,
} });`,
  );
  const pipeline = writeModule(
    kept.folder,
    "mirror.ts",
    `import { definePipeline, step } from "@platewright/core";
import { mirror } from "@lab/shapes";
export default definePipeline({ name: "mirror", steps: [step("mirror", mirror)] });`,
  );
  const { stdout } = await platewright(["compile", pipeline, kept.plate, "--json"]);
  writeFileSync(kept.plan, stdout);
  rmSync(pipeline);
  expect(await runKept(kept, "--json")).toMatchObject({ code: 0, stderr: expect.stringContaining("A03") });
});

test("names the functions that it lacks, and takes the pipeline that has them", async () => {
  const kept = await keep(pipelineWith("return stack;"));
  renameSync(kept.pipeline, join(kept.folder, "renamed.ts"));
  const lacking = await runKept(kept);
  expect(lacking).toMatchObject({ code: 1, stdout: "" });
  expect(lacking.stderr).toMatch(/calls a function that is not known here: act@1 on ndarray/);
  expect((await runKept(kept, "renamed.ts")).code).toBe(0);
});

describe("is refused", () => {
  const change = (path: string, edit: (text: string) => string): void =>
    writeFileSync(path, edit(readFileSync(path, "utf8")));

  test("where it was edited", async () => {
    const kept = await keep();
    change(kept.plan, (text) => text.replaceAll('"minArea": 10', '"minArea": 11'));
    expect(await runKept(kept)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("was edited after it was compiled"),
    });
  });

  test("where it is of another version", async () => {
    const kept = await keep();
    change(kept.plan, (text) => text.replace('"version": 1', '"version": 99'));
    const { code, stderr } = await runKept(kept);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("is of version 99") });
  });

  test("where the plate has changed", async () => {
    const kept = await keep();
    cpSync(join(kept.plate, imagePath("A01", 1)), join(kept.plate, imagePath("A01", 3)));
    expect(await runKept(kept)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has changed since"),
    });
  });

  test("where a function of the pipeline was edited since", async () => {
    const kept = await keep(pipelineWith("return stack;"));
    change(kept.pipeline, (text) => text.replace("return stack;", "const same = stack; return same;"));
    expect(await runKept(kept)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("act is no longer what it was when the plan was compiled"),
    });
  });

  test("where flags would change it", async () => {
    const kept = await keep();
    expect(await runKept(kept, "--missing", "skip")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--missing is decided by the plan"),
    });
  });

  test.each([
    ["what is no JSON", "plan: yes", "Give the file that platewright compile --json wrote."],
    ["another document", "{}", "holds no plan."],
    ["a run's report", '{ "planHash": "1" }', "holds no plan, but the report of a run."],
    ["diagnostics", '{ "ok": false, "diagnostics": [] }', "but the diagnostics of a pipeline"],
  ])("for %s", async (_, text, says) => {
    const folder = temporaryFolder();
    const plan = writeModule(folder, "plan.json", text);
    const ended = await platewright(["run", "--plan", plan, "--out", join(folder, "out")]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });

  test("for a file that is not there", async () => {
    const ended = await platewright(["run", "--plan", "/nowhere/plan.json", "--out", "/tmp/never"]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is no plan /nowhere/plan.json"),
    });
  });
});

test("the naming of a plate's files is kept with the plan", async () => {
  const folder = temporaryFolder();
  const plate = join(folder, "plate");
  await makePlate(plate, { wells: ["A01"], planes: 1 });
  cpSync(join(plate, imagePath("A01")), join(folder, "named", "well-A01.tif"));
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  const { stdout } = await platewright([
    ...["compile", pipeline, join(folder, "named"), "--pattern", "well-{well}.tif", "--json"],
  ]);
  const plan = writeModule(folder, "plan.json", stdout);
  expect((await runKept({ folder, pipeline, plate, plan })).code).toBe(0);
  const bare = writeModule(
    folder,
    "bare.json",
    JSON.stringify((JSON.parse(stdout) as { plan: object }).plan),
  );
  const untold = await runKept({ folder, pipeline, plate, plan: bare }, pipeline);
  expect(untold).toMatchObject({ code: 2, stderr: expect.stringContaining("does not tell the naming") });
  const told = await runKept(
    { folder, pipeline, plate, plan: bare },
    pipeline,
    "--pattern",
    "well-{well}.tif",
  );
  expect(told.code).toBe(0);
});

test("explain shows a plan that was kept, and what changed since", async () => {
  const kept = await keep();
  const shown = await platewright(["explain", "--plan", kept.plan]);
  const compiled = await platewright(["explain", kept.pipeline, kept.plate]);
  expect(shown).toEqual(compiled);
  const same = await platewright(["explain", kept.pipeline, kept.plate, "--diff", kept.plan]);
  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing changed.") });
  writeFileSync(kept.pipeline, countingPipeline.replace("minArea: 10", "minArea: 20"));
  const flags = ["--diff", kept.plan, "--wells", "A01,A02"];
  const { stdout } = await platewright(["explain", kept.pipeline, kept.plate, ...flags]);
  expect(stdout).toContain("1 step changed, 1 well removed.");
  expect(stdout).toMatch(/= +1\. project$/m);
  expect(stdout).toMatch(
    /~ +2\. count {2}\(hash differs by its own change\)\n +minArea of countCells: 10 → 20/,
  );
  const json = await platewright(["explain", kept.pipeline, kept.plate, ...flags, "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    sameResults: false,
    wells: { removed: ["A03"] },
    steps: [
      { name: "project", changes: [] },
      {
        name: "count",
        because: { own: true, reads: [] },
        changes: [{ what: "minArea of countCells", from: 10, to: 20 }],
      },
    ],
  });
});
