import { createHostArray } from "@platewright/core";
import { disk } from "@platewright/vfs-disk";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { filesIn } from "./support/files.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

async function prepare(
  text = countingPipeline,
): Promise<{ readonly pipeline: string; readonly plate: string }> {
  const plate = temporaryFolder();
  await makePlate(plate, { wells: ["A01", "A02"], sites: 2, planes: 2 });
  return { pipeline: writeModule(temporaryFolder(), "pipeline.ts", text), plate };
}

test("compile --json describes the plan", async () => {
  const { pipeline, plate } = await prepare();
  const { code, stdout, stderr } = await platewright(["compile", pipeline, plate, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    hash: expect.stringMatching(/^[0-9a-f]{32,}$/),
    wells: ["A01", "A02"],
    steps: [
      {
        index: 0,
        name: "project",
        inputMemoryType: "ndarray",
        outputMemoryType: "ndarray",
        readBackend: "disk",
        writeBackend: "memory",
        conversions: [{ from: "host", to: "ndarray", route: ["host", "ndarray"], kind: "view" }],
        groups: 2,
        injected: {},
      },
      {
        index: 1,
        name: "count",
        readBackend: "memory",
        writeBackend: "disk",
        groups: 2,
        injected: { pixelSize: 0.5 },
      },
    ],
    predicted: { peakHostBytes: expect.any(Number) },
  });
});

test("groups are those of the images that there are, however few of all combinations", async () => {
  const plate = temporaryFolder();
  const storage = await disk().open(plate);
  for (const name of ["A01_s1_z1", "A01_s2_z2", "A01_s3_z3", "A01_s3_z4"])
    await storage.writeArray?.(`${name}.tif`, createHostArray([8, 8], "uint16"));
  const pipeline = writeModule(temporaryFolder(), "pipeline.ts", countingPipeline);
  const { stdout } = await platewright(["compile", pipeline, plate, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ steps: [{ groups: 3 }, { groups: 3 }] });
});

test("compile tells people steps, functions, groups and predicted memory", async () => {
  const { pipeline, plate } = await prepare();
  const { code, stdout } = await platewright(["compile", pipeline, plate]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Compiles\. count on .* \(imagexpress\), plan [0-9a-f]{12}$/m);
  expect(stdout).toMatch(/at most \d\S* kB of arrays and working memory at once/);
  expect(stdout).toMatch(/1 {2}project {2}maxProjection {2}ndarray .*images\/project\//);
  expect(stdout).toMatch(/2 {2}count {4}countCells .*tables\/cells\.csv/);
});

test("every diagnostic is told at once, in JSON and in words, and nothing is written", async () => {
  const { pipeline, plate } = await prepare(`
import { definePipeline, step, use } from "@platewright/core";
import { gaussian, maxProjection } from "@platewright/functions/ndarray";
export default definePipeline({ name: "wrong", steps: [
  step("blur", use(gaussian, { sigma: -3 })),
  step("twice", { 1: maxProjection, 9: maxProjection }, { groupBy: "channel" }),
  step("undeclared", (stack) => stack),
] });`);
  const before = filesIn(plate);
  const { code, stdout, stderr } = await platewright(["compile", pipeline, plate, "--json"]);
  expect(code).toBe(2);
  const document = JSON.parse(stdout) as { readonly diagnostics: readonly Record<string, string>[] };
  expect(document).toMatchObject({ ok: false });
  expect(document.diagnostics.map(({ code: problem, step }) => [problem, step])).toEqual(
    expect.arrayContaining([
      ["parameter-range", "blur"],
      ["component-missing", "twice"],
      ["undeclared-function", "undeclared"],
    ]),
  );
  for (const diagnostic of document.diagnostics)
    expect(diagnostic).toEqual({
      phase: expect.any(String),
      step: expect.any(String),
      code: expect.any(String),
      message: expect.any(String),
      hint: expect.any(String),
    });
  expect(stderr).toContain('The pipeline "wrong" does not compile');
  expect(stderr).not.toContain("    at ");
  const run = await platewright(["run", pipeline, plate, "--out", temporaryFolder(), "--json"]);
  expect(run.code).toBe(2);
  expect(JSON.parse(run.stdout)).toEqual(document);
  expect(filesIn(plate)).toEqual(before);
});

test("a compression that TIFFs do not have is found before the run", async () => {
  const { pipeline, plate } = await prepare();
  const { code, stderr } = await platewright(["compile", pipeline, plate, "--set", "compression=zip"]);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'packed by "zip", which the storage "disk" does not know. Set compression to one of none, deflate.',
  );
});

test("a plan beyond the memory limit does not compile", async () => {
  const { pipeline, plate } = await prepare();
  const tight = await platewright(["compile", pipeline, plate, "--memory-limit", "1KiB", "--json"]);
  expect(tight.code).toBe(2);
  expect(JSON.parse(tight.stdout)).toMatchObject({ ok: false, diagnostics: [{ code: "memory-limit" }] });
  expect((await platewright(["compile", pipeline, plate, "--memory-limit", "1GiB"])).code).toBe(0);
});

test("explain shows the steps for a well, or the plan as JSON", async () => {
  const { pipeline, plate } = await prepare();
  const { code, stdout } = await platewright(["explain", pipeline, plate, "--well", "a2"]);
  expect(code).toBe(0);
  expect(stdout).toContain("as in A02");
  expect(stdout).toMatch(/1\. project/);
  expect(stdout).toContain("images/project/ on disk");
  const asJson = await platewright(["explain", pipeline, plate, "--json"]);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ kind: "plan", pipeline: "count" });
  const absent = await platewright(["explain", pipeline, plate, "--well", "C03"]);
  expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('fits "C03"') });
  const many = await platewright(["explain", pipeline, plate, "--well", "row:A"]);
  expect(many).toMatchObject({ code: 2, stderr: expect.stringContaining("several wells") });
});

test("a device that no step uses is told of", async () => {
  const { pipeline, plate } = await prepare();
  const { code, stderr } = await platewright(["compile", pipeline, plate, "--device", "webgpu:0"]);
  expect(code).toBe(0);
  expect(stderr).toContain("No step runs on a device: webgpu:0 is not used.");
});
