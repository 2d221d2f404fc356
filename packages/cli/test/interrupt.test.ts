import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { startPlatewright } from "./support/command.ts";
import { filesIn } from "./support/files.ts";
import { pipelineWith, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

const busy = pipelineWith("const end = Date.now() + 150; while (Date.now() < end); return stack;");

test.each([
  ["SIGINT", "1"],
  ["SIGINT", "2"],
  ["SIGTERM", "1"],
] as const)(
  "%s with %s workers keeps what is complete and leaves nothing half-written",
  async (signal, workers) => {
    const folder = temporaryFolder();
    const wells = ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08"];
    await makePlate(join(folder, "plate"), { wells, sites: 2 });
    const pipeline = writeModule(folder, "busy.ts", busy);
    const out = join(folder, "out");
    const flags = ["--out", out, "--workers", workers, "--json"];
    const { child, ended } = startPlatewright(["run", pipeline, join(folder, "plate"), ...flags]);
    // Once: a second signal would end it at once.
    let isTold = false;
    child.stderr?.on("data", (chunk: Buffer) => {
      if (!isTold && chunk.toString().includes("✓")) isTold = child.kill(signal);
    });
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("Stopping; what is complete is kept.");
    expect(stderr).toContain("The same command with --resume goes on");
    const report = JSON.parse(stdout) as { readonly wells: Record<string, { readonly status: string }> };
    expect(report).toMatchObject({ status: "partial", cancelled: true });
    const complete = wells.filter((well) => report.wells[well]?.status === "complete");
    expect(complete.length).toBeGreaterThan(0);
    expect(complete.length).toBeLessThan(wells.length);
    expect(filesIn(out)).toEqual([
      ...complete.flatMap((well) => [1, 2].map((site) => `images/act/${well}_s00${site}_w1_z001_t001.tif`)),
      ...complete.map((well) => `progress/${well}.json`),
      "run.json",
    ]);
  },
);

test("a second signal ends at once", async () => {
  const folder = temporaryFolder();
  await makePlate(join(folder, "plate"), { wells: ["A01", "A02"] });
  const endless = pipelineWith(
    'console.error("it runs"); return new Promise((done) => setTimeout(() => done(stack), 60_000));',
  );
  const pipeline = writeModule(folder, "endless.ts", endless);
  const { child, ended } = startPlatewright([
    ...["run", pipeline, join(folder, "plate"), "--out", join(folder, "out")],
  ]);
  // Not before the function runs: a run that has not begun ends by itself after the first signal.
  let isRunning = false;
  child.stderr?.on("data", (chunk: Buffer) => {
    isRunning ||= chunk.toString().includes("it runs");
  });
  const timer = setInterval(() => {
    if (isRunning) child.kill("SIGINT");
  }, 300);
  const started = await ended.finally(() => clearInterval(timer));
  expect(started).toMatchObject({ stdout: "", stderr: expect.stringContaining("Stopping") });
  expect(child.signalCode).toBe("SIGINT");
});
