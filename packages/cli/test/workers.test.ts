import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { contentsOf, filesIn } from "./support/files.ts";
import { countingPipeline, pipelineWith, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

async function prepare(text: string): Promise<{ readonly folder: string; readonly pipeline: string }> {
  const folder = temporaryFolder();
  const wells = ["A01", "A02", "A03", "B01", "B02"];
  await makePlate(join(folder, "plate"), { wells, sites: 2, planes: 2 });
  return { folder, pipeline: writeModule(folder, "pipeline.ts", text) };
}

test("1, 2 and 4 workers give the same bytes", async () => {
  const { folder, pipeline } = await prepare(countingPipeline);
  const results = [];
  for (const workers of ["1", "2", "4"]) {
    const out = join(folder, `out-${workers}`);
    const { code, stdout } = await platewright([
      ...["run", pipeline, join(folder, "plate"), "--out", out, "--workers", workers, "--json"],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "complete", workers: Number(workers) });
    const { "run.json": _, ...files } = contentsOf(out);
    const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as {
      readonly planHash: string;
      readonly events: readonly { readonly type: string }[];
    };
    const events = run.events.map(({ type }) => type).sort();
    results.push({ files, planHash: run.planHash, events });
  }
  expect(Object.keys(results[0]?.files ?? {})).toHaveLength(21);
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test("a worker that dies fails its well and leaves nothing of it; another takes its place", async () => {
  const { folder, pipeline } = await prepare(`
import { ndarray } from "@platewright/backend-ndarray";
import { definePipeline, step } from "@platewright/core";
const cells = ndarray({ name: "cells" }, (stack) => {
  let squares = 0;
  for (let x = 0; x < stack.shape[2]; x++) squares += stack.get(0, 5, x) > 1000 ? 1 : 0;
  if (squares === 10) process.exit(9);
  return stack;
});
export default definePipeline({ name: "dying", steps: [step("cells", cells)] });`);
  const out = join(folder, "out");
  const { code, stdout, stderr } = await platewright([
    ...["run", pipeline, join(folder, "plate"), "--out", out, "--workers", "2", "--json"],
  ]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "partial",
    wells: {
      A01: { status: "complete" },
      A02: { status: "failed", error: { message: expect.stringContaining("worker ended by itself") } },
      A03: { status: "complete" },
      B01: { status: "complete" },
      B02: { status: "failed" },
    },
  });
  expect(stderr).toContain("Well A02: Its worker ended by itself, with exit code 9.");
  expect(filesIn(out).filter((path) => /[AB]02|partial/.test(path))).toEqual([]);
});

test("a pipeline that changes from load to load runs as it was compiled, in every worker", async () => {
  const { folder, pipeline } = await prepare(`
import { definePipeline, step, use } from "@platewright/core";
import { gaussian } from "@platewright/functions/ndarray";
export default definePipeline({ name: "random", steps: [step("blur", use(gaussian, { sigma: 1 + Math.random() }))] });`);
  const out = join(folder, "out");
  const { code } = await platewright([
    ...["run", pipeline, join(folder, "plate"), "--out", out, "--workers", "2", "--wells", "A01,B01"],
  ]);
  expect(code).toBe(0);
  const { "run.json": _, ...files } = contentsOf(out);
  // Both wells hold the same pixels.
  const pixels = (well: string) =>
    Object.entries(files).flatMap(([path, bytes]) =>
      path.includes(well) ? [Buffer.from(bytes, "base64").toString("latin1").replaceAll(well, "")] : [],
    );
  expect(pixels("A01")).toHaveLength(4);
  expect(pixels("A01")).toEqual(pixels("B01"));
});

test("more memory than a worker may have fails its well, not the run", async () => {
  const text = pipelineWith("const kept = []; for (;;) kept.push(new Array(1000).fill(0.5)); return stack;");
  const { folder, pipeline } = await prepare(text);
  const flags = ["--out", join(folder, "out"), "--workers", "2", "--wells", "A01,A02", "--json"];
  const { code, stdout } = await platewright(["run", pipeline, join(folder, "plate"), ...flags], {
    env: { NODE_OPTIONS: "--max-old-space-size=96" },
  });
  expect(code).toBe(3);
  const error = { message: expect.stringContaining("ran out of memory") };
  expect(JSON.parse(stdout)).toMatchObject({ wells: { A01: { error }, A02: { error } } });
});

test("a value that can't be disposed of is told with workers as without, and the results are kept", async () => {
  const { folder, pipeline } = await prepare(`
import { ndarray } from "@platewright/backend-ndarray";
import { definePipeline, lazy, step, use } from "@platewright/core";
const model = lazy(() => ({ level: 1 }), { dispose() { throw new Error("the model can't be closed"); } });
const cells = ndarray({ name: "cells", params: { model: { type: "object" } } }, (stack) => stack);
export default definePipeline({ name: "held", steps: [step("cells", use(cells, { model }))] });`);
  for (const workers of ["1", "2"]) {
    const out = join(folder, `out-${workers}`);
    const { code, stderr } = await platewright([
      ...["run", pipeline, join(folder, "plate"), "--out", out, "--workers", workers, "--wells", "A01,A02"],
    ]);
    expect(code, stderr).not.toBe(0);
    expect(stderr).toContain("the model can't be closed");
    expect(JSON.parse(readFileSync(join(out, "run.json"), "utf8"))).toMatchObject({ status: "complete" });
  }
});
