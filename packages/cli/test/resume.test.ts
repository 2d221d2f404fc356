import { copyFileSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright, startPlatewright } from "./support/command.ts";
import { contentsOf, filesIn } from "./support/files.ts";
import { writeModule } from "./support/pipelines.ts";
import { imagePath, makePlate } from "./support/plate.ts";

/** Counts cells, slowly, and keeps two steps' images. */
const slow = `
import { ndarray } from "@platewright/backend-ndarray";
import { definePipeline, step, use } from "@platewright/core";
import { countCells, maxProjection } from "@platewright/functions/ndarray";
const wait = ndarray({ name: "wait" }, async (stack) => {
  await new Promise((done) => setTimeout(done, Number(process.env.WAIT ?? 0)));
  return stack;
});
export default definePipeline({
  name: "slow",
  steps: [step("project", [maxProjection, wait], { checkpoint: true }), step("count", use(countCells, { minArea: 10 }))],
});`;

interface Prepared {
  readonly folder: string;
  readonly args: readonly string[];
  readonly out: string;
}

async function prepare(): Promise<Prepared> {
  const folder = temporaryFolder();
  const wells = ["A01", "A02", "A03", "A04", "A05", "A06"];
  await makePlate(join(folder, "plate"), { wells, sites: 2, planes: 2 });
  const pipeline = writeModule(folder, "slow.ts", slow);
  return { folder, args: [pipeline, join(folder, "plate")], out: join(folder, "out") };
}

/** Runs until so many wells are complete, and sends the signal then. */
async function stopAfter(wells: number, signal: NodeJS.Signals, args: readonly string[]) {
  const { child, ended } = startPlatewright(["run", ...args], { env: { WAIT: "120" } });
  let seen = 0;
  child.stderr?.on("data", (chunk: Buffer) => {
    seen += chunk.toString().split("✓").length - 1;
    // A second signal would end it at once.
    if (seen >= wells && !child.killed) child.kill(signal);
  });
  return await ended;
}

function resultsIn(out: string): Readonly<Record<string, string>> {
  const { "run.json": _, ...results } = contentsOf(out);
  return results;
}

describe.each([
  ["disk", "SIGKILL", "1"],
  ["zarr", "SIGKILL", "1"],
  ["disk", "SIGKILL", "3"],
  ["zarr", "SIGKILL", "3"],
  ["disk", "SIGINT", "1"],
  ["zarr", "SIGINT", "2"],
] as const)("a run to %s that ended by %s with %s workers", (storage, signal, workers) => {
  test("is gone on with, to the same bytes", async () => {
    const { folder, args, out } = await prepare();
    const flags = [...args, "--storage", storage, "--out", out];
    await stopAfter(4, signal, [...flags, "--workers", workers]);
    const left = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as { readonly status: string };
    expect(left.status).toBe(signal === "SIGKILL" ? "running" : "partial");
    const refused = await platewright(["run", ...flags]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/holds an unfinished run of this plan: [1-5] of 6 wells are complete\./);
    expect(refused.stderr).toContain("The flags are --resume and --overwrite.");
    const { code, stdout, stderr } = await platewright(["run", ...flags, "--resume", "--json"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Going on: [1-5] of 6 wells were complete already\./);
    const report = JSON.parse(stdout) as { readonly wells: Record<string, { readonly kept?: boolean }> };
    expect(report).toMatchObject({ status: "complete", outputs: { images: 24 } });
    expect(Object.values(report.wells).some(({ kept }) => kept)).toBe(true);
    const whole = join(folder, "whole");
    await platewright(["run", ...args, "--storage", storage, "--out", whole]);
    expect(resultsIn(out)).toEqual(resultsIn(whole));
    expect(filesIn(out).filter((path) => path.includes("partial"))).toEqual([]);
  });
});

test("begins an empty folder, leaves a finished run as it is, and refuses another plan's", async () => {
  const { args, out } = await prepare();
  const flags = [...args, "--out", out, "--resume"];
  expect(await platewright(["run", ...flags, "-q"])).toMatchObject({ code: 0, stderr: "" });
  const before = contentsOf(out);
  const again = await platewright(["run", ...flags]);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^A06 +kept/m) });
  expect(again.stderr).toContain("All 6 wells were complete already.");
  expect(contentsOf(out)).toEqual(before);
  const other = await platewright(["run", ...flags, "--wells", "A01"]);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("holds results of another plan") });
  const both = await platewright(["run", ...flags, "--overwrite"]);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("Write one of them") });
});

test("wells whose image files have changed are run again, of a finished run only on purpose", async () => {
  const { folder, args, out } = await prepare();
  const broken = join(folder, "plate", imagePath("A03", 2));
  const bytes = readFileSync(broken);
  writeFileSync(broken, bytes.subarray(0, 100));
  const flags = [...args, "--out", out];
  expect((await platewright(["run", ...flags])).code).toBe(3);
  writeFileSync(broken, bytes);
  const changed = join(folder, "plate", imagePath("A02"));
  copyFileSync(join(folder, "plate", imagePath("A06")), changed);
  utimesSync(changed, 1, 2_000_000_000);
  const { code, stderr } = await platewright(["run", ...flags, "--resume"]);
  expect(code).toBe(0);
  expect(stderr).toContain("Going on: 4 of 6 wells were complete already.");
  expect(stderr).toContain("Note: the images of A02 have changed since it was complete; it is run again.");
  const whole = join(folder, "whole");
  await platewright(["run", ...args, "--out", whole]);
  expect(resultsIn(out)).toEqual(resultsIn(whole));
  utimesSync(changed, 1, 1_999_999_999);
  const finished = await platewright(["run", ...flags, "--resume"]);
  expect(finished.code).toBe(1);
  expect(finished.stderr).toContain("a finished run, and images of A02 have changed since.");
  expect(finished.stderr).toContain("The flag for that is --overwrite.");
});

test("files that a killed write left are removed, those of others are not", async () => {
  const { args, out } = await prepare();
  const flags = [...args, "--out", out];
  await stopAfter(4, "SIGKILL", flags);
  const stale = join(out, "images/project/.pw-999999999-abc-1.partial");
  writeFileSync(stale, "half an image");
  const alive = join(out, `images/project/.pw-${process.pid}-abc-1.partial`);
  writeFileSync(alive, "half an image");
  writeFileSync(join(out, "notes.txt"), "mine");
  expect((await platewright(["run", ...flags, "--resume"])).code).toBe(0);
  const left = filesIn(out).filter((path) => !/\.tif$|\.csv$/.test(path));
  expect(left).toEqual([`images/project/.pw-${process.pid}-abc-1.partial`, "notes.txt", "run.json"]);
});
