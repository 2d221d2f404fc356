import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { contentsOf, filesIn } from "./support/files.ts";
import { countingPipeline, pipelineWith, writeModule } from "./support/pipelines.ts";
import { imagePath, type MadePlate, makePlate } from "./support/plate.ts";

interface Prepared {
  readonly pipeline: string;
  readonly plate: string;
  readonly out: string;
}

async function prepare(plate: Partial<MadePlate> = {}, text = countingPipeline): Promise<Prepared> {
  const folder = temporaryFolder();
  await makePlate(join(folder, "plate"), { wells: ["A01", "A02", "A03"], planes: 2, ...plate });
  const pipeline = writeModule(folder, "pipeline.ts", text);
  return { pipeline, plate: join(folder, "plate"), out: join(folder, "out") };
}

test("run --json tells how each well went and where the results are", async () => {
  const { pipeline, plate, out } = await prepare();
  const before = contentsOf(plate);
  const { code, stdout } = await platewright(["run", pipeline, plate, "--out", out, "--json", "-q"]);
  expect(code).toBe(0);
  const well = (cells: number) => ({
    ...{ status: "complete", seconds: expect.any(Number), units: 2, images: 2, source: expect.any(String) },
    rows: { cells },
  });
  expect(JSON.parse(stdout)).toEqual({
    status: "complete",
    cancelled: false,
    planHash: expect.any(String),
    seconds: expect.any(Number),
    wells: { A01: well(1), A02: well(2), A03: well(3) },
    outputs: { images: 6, tables: ["tables/cells.csv"], artifacts: [], folder: out },
    memory: { peakHostBytes: expect.any(Number), peakDeviceBytes: 0, bytesCopied: expect.any(Number) },
    devices: [],
    workers: 1,
  });
  expect(filesIn(out)).toEqual([
    ...["count", "project"].flatMap((step) =>
      ["A01", "A02", "A03"].map((name) => `images/${step}/${name}_s001_w1_z001_t001.tif`),
    ),
    "run.json",
    "tables/cells.csv",
  ]);
  const rows = readFileSync(join(out, "tables/cells.csv"), "utf8").trim().split("\n").slice(1);
  expect(rows.map((row) => row.split(",")[0])).toEqual(["A01", "A02", "A02", "A03", "A03", "A03"]);
  expect(contentsOf(plate)).toEqual(before);
});

test.each(["disk", "zarr"])(
  "the results of a run are a plate, which --overwrite beside it spares (%s)",
  async (storage) => {
    const { pipeline, plate, out } = await prepare();
    await platewright(["run", pipeline, plate, "--out", out, "--storage", storage]);
    const written = join(out, storage === "zarr" ? "plate.zarr" : "images/project");
    const before = contentsOf(out);
    const again = ["run", pipeline, written, "--out", out, "--storage", storage, "--overwrite"];
    const { code, stderr } = await platewright(again);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        `of the output folder "${out}", where results go. Nothing is written into a plate`,
      ),
    });
    expect(contentsOf(out)).toEqual(before);
  },
);

test("people get a table of wells with counts, and the folder", async () => {
  const { pipeline, plate, out } = await prepare();
  const { code, stdout, stderr } = await platewright(["run", pipeline, plate, "--out", out]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^well +status +seconds +units +images +cells/);
  expect(stdout).toMatch(/^A03 +complete +\d+\.\d\d +2 +2 +3$/m);
  expect(stdout).toContain(`Results in ${out}: 6 images, tables/cells.csv (6 rows), run.json`);
  expect(stderr).toMatch(/✓ A03 .*\(3\/3\)/);
  const quiet = await platewright(["run", pipeline, plate, "--out", out, "--overwrite", "-q"]);
  expect(quiet).toMatchObject({ code: 0, stderr: "" });
});

test("a truncated TIFF and a missing file fail their wells, named, and the others finish: exit code 3", async () => {
  const { pipeline, plate, out } = await prepare({ sites: 2 });
  truncateSync(join(plate, imagePath("A02", 1, 1, 2)), 700);
  rmSync(join(plate, imagePath("A03", 1, 1, 1)));
  const { code, stdout } = await platewright(["run", pipeline, plate, "--out", out, "--json"]);
  expect(code).toBe(3);
  const report = JSON.parse(stdout) as { readonly wells: Record<string, { error?: { message: string } }> };
  expect(report).toMatchObject({
    status: "partial",
    wells: { A01: { status: "complete" }, A02: { status: "failed" }, A03: { status: "failed" } },
  });
  expect(report.wells.A02?.error?.message).toContain("made_A02_s1_w1.TIF");
  expect(report.wells.A03?.error?.message).toMatch(/A03 lacks site .* z 1/);
  expect(report.wells.A02?.error).not.toHaveProperty("stack");
  expect(filesIn(out)).toEqual([
    "images/count/A01_s001_w1_z001_t001.tif",
    "images/count/A01_s002_w1_z001_t001.tif",
    "images/project/A01_s001_w1_z001_t001.tif",
    "images/project/A01_s002_w1_z001_t001.tif",
    "progress/A01.json",
    "run.json",
    "tables/cells.csv",
  ]);
});

test("--fail-fast ends at the first well that fails", async () => {
  const { pipeline, plate, out } = await prepare();
  truncateSync(join(plate, imagePath("A01", 1, 1, 2)), 700);
  const { code, stdout } = await platewright(["run", pipeline, plate, "--out", out, "--fail-fast", "--json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "failed",
    wells: { A01: { status: "failed" }, A02: { status: "cancelled" }, A03: { status: "cancelled" } },
  });
});

test("--missing skip leaves out what lacks images", async () => {
  const { pipeline, plate, out } = await prepare({ sites: 2 });
  rmSync(join(plate, imagePath("A02", 2, 1, 1)));
  const { code, stdout } = await platewright([
    ...["run", pipeline, plate, "--out", out, "--missing", "skip", "--json"],
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outputs: { images: 10 }, wells: { A02: { images: 2 } } });
});

test("results of an earlier run are replaced with --overwrite only", async () => {
  const { pipeline, plate, out } = await prepare();
  await platewright(["run", pipeline, plate, "--out", out]);
  const before = contentsOf(out);
  const refused = await platewright(["run", pipeline, plate, "--out", out]);
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("--overwrite") });
  expect(contentsOf(out)).toEqual(before);
  const fewer = ["run", pipeline, plate, "--out", out, "--overwrite", "--wells", "A02"];
  expect((await platewright(fewer)).code).toBe(0);
  expect(filesIn(out).filter((path) => path.startsWith("images/count"))).toEqual([
    "images/count/A02_s001_w1_z001_t001.tif",
  ]);
});

test("an output folder inside the plate is refused, and a file", async () => {
  const { pipeline, plate, out } = await prepare();
  const before = filesIn(plate);
  const inside = await platewright(["run", pipeline, plate, "--out", join(plate, "results"), "--json"]);
  expect(inside.code).toBe(2);
  expect(JSON.parse(inside.stdout)).toMatchObject({ diagnostics: [{ code: "output-inside-plate" }] });
  const events = join(plate, "events.ndjson");
  const eventsInside = await platewright(["run", pipeline, plate, "--out", out, "--events", events]);
  expect(eventsInside).toMatchObject({ code: 1, stderr: expect.stringContaining("inside the plate") });
  expect(filesIn(plate)).toEqual(before);
  const file = await platewright(["run", pipeline, plate, "--out", pipeline]);
  expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining("Name a folder") });
});

test("--events writes what happens, one JSON object a line, and replaces no file", async () => {
  const { pipeline, plate, out } = await prepare();
  const events = `${out}.ndjson`;
  const flags = ["--out", out, "--events", events, "--wells", "A01,A02"];
  expect((await platewright(["run", pipeline, plate, ...flags])).code).toBe(0);
  const lines = readFileSync(events, "utf8").trim().split("\n");
  const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type);
  expect(types[0]).toBe("run-start");
  expect(types.filter((type) => type === "unit-done")).toHaveLength(4);
  expect(types.filter((type) => type === "well-done")).toHaveLength(2);
  expect(types.at(-1)).toBe("run-done");
  writeFileSync(events, "precious");
  const refused = await platewright(["run", pipeline, plate, "--out", `${out}-2`, "--events", events]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") });
  expect(readFileSync(events, "utf8")).toBe("precious");
});

test("what functions print never reaches stdout, here and in workers", async () => {
  const text = pipelineWith('console.log("chatter"); console.info("more"); return stack;');
  const { pipeline, plate, out } = await prepare({}, text);
  for (const workers of ["1", "2"]) {
    const flags = ["--out", `${out}-${workers}`, "--workers", workers, "--json"];
    const { code, stdout, stderr } = await platewright(["run", pipeline, plate, ...flags]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "complete" });
    expect(stderr).toContain("chatter");
  }
});

test("a function that throws fails every well with its place; -v shows the stack", async () => {
  const { pipeline, plate, out } = await prepare({}, pipelineWith('throw new Error("no light");'));
  const { code, stdout, stderr } = await platewright(["run", pipeline, plate, "--out", out]);
  expect(code).toBe(3);
  expect(stdout).toContain('Well A01, step "act", function act');
  expect(stderr).toContain("no light");
  expect(stderr).not.toContain("    at ");
  const verbose = await platewright(["run", pipeline, plate, "--out", out, "--overwrite", "-v"]);
  expect(verbose.stderr).toContain("caused by: no light");
  expect(filesIn(out)).toEqual(["run.json"]);
});

test("what a function throws where nobody waits for it is told as an error", async () => {
  const text = pipelineWith(
    'setTimeout(() => { throw new Error("late"); }, 1); return new Promise((done) => setTimeout(() => done(stack), 500));',
  );
  const { pipeline, plate, out } = await prepare({}, text);
  const { code, stdout, stderr } = await platewright(["run", pipeline, plate, "--out", out, "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ ok: false, error: { code: "internal", message: "late" } });
  expect(stderr).not.toContain("    at ");
});
