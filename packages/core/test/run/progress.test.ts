import { createMemoryBackend } from "@platewright/core";
import { expect, test } from "vitest";
import { createProgress, readProgress, readWell } from "../../src/run/progress.ts";
import type { WellOutcome } from "../../src/run/run-well.ts";

const outcome = (well: string, more: Partial<WellOutcome> = {}): WellOutcome => ({
  ...{ well, status: "complete", seconds: 1, units: 1, images: [], tables: {} },
  ...{ peakHostBytes: 0, peakDeviceBytes: 0, bytesCopied: 0 },
  ...more,
});

const setUp = async (...outcomes: readonly WellOutcome[]) => {
  const results = createMemoryBackend();
  const progress = createProgress("this plan", results);
  for (const one of outcomes) void progress.keep(one);
  await progress.settle();
  const wells = async (planHash: string) => {
    const found: string[] = [];
    for await (const { well } of readProgress(planHash, results)) found.push(well);
    return found;
  };
  return { results, wells };
};

test("what was kept of a well is read by the same plan only, numbers that JSON lacks too", async () => {
  const kept = outcome("A01", {
    tables: { cells: [{ area: Number.NaN, shift: -0, id: 7n, none: undefined }] },
  });
  const { results, wells } = await setUp(kept, outcome("B02"));
  expect(await readWell("this plan", "A01", results)).toEqual(kept);
  expect(await wells("this plan")).toEqual(["A01", "B02"]);
  expect(await wells("another plan")).toEqual([]);
  expect(await readWell("another plan", "A01", results)).toBeUndefined();
});

test("what is no complete well of its own name counts for nothing", async () => {
  const { results, wells } = await setUp(outcome("A01"), outcome("B02", { status: "failed" }));
  let path = "";
  for await (const entry of results.list("", { recursive: true }))
    if (entry.path.includes("A01")) path = entry.path;
  results.writeValue(path.replace("A01", "C03"), results.readValue(path));
  results.writeValue(path.replace("A01", "D04"), "torn");
  expect(await wells("this plan")).toEqual(["A01"]);
});
