import { expect, test } from "vitest";
import { createWellRows, summarize } from "../../src/run/output/well-rows.ts";
import { createProgress } from "../../src/run/progress.ts";
import type { WellOutcome } from "../../src/run/run-well.ts";
import { createFakeDisk } from "../support/storage.ts";

const outcome = (well: string, rows: number): WellOutcome => ({
  well,
  status: "complete",
  seconds: 0,
  units: 1,
  images: [],
  tables: { cells: Array.from({ length: rows }, (_, label) => ({ well, label, area: Number.NaN })) },
  peakDeviceBytes: 0,
  peakHostBytes: 0,
  bytesCopied: 0,
});

async function openDisk() {
  const { provider } = createFakeDisk();
  const backend = await provider.open("/out");
  const reads: string[] = [];
  const readValue = async (path: string): Promise<unknown> => {
    reads.push(path);
    return await backend.readValue?.(path);
  };
  return { storage: { ...backend, readValue }, reads };
}

test("rows beyond what memory shall hold are read again from the progress, as they were", async () => {
  const { storage, reads } = await openDisk();
  const progress = createProgress("hash", storage);
  const rows = createWellRows("hash", storage, 5);
  const outcomes = ["A01", "A02", "A03"].map((well) => outcome(well, 3));
  for (const each of outcomes) rows.add(each, progress.keep(each));
  await progress.settle();
  for (const { well, tables } of outcomes) expect(await rows.of(well)).toEqual(tables);
  expect(reads.map((path) => path.replace(/^.*:/, ""))).toEqual(["progress/A01.json", "progress/A02.json"]);
});

test("rows whose progress can't be kept stay in memory, however many", async () => {
  const { storage, reads } = await openDisk();
  const rows = createWellRows("hash", storage, 5);
  const outcomes = ["A01", "A02", "A03"].map((well) => outcome(well, 3));
  for (const each of outcomes) rows.add(each, Promise.resolve(false));
  await Promise.resolve();
  for (const { well, tables } of outcomes) expect(await rows.of(well)).toEqual(tables);
  expect(reads).toEqual([]);
});

test("rows that are gone are told, with the well", async () => {
  const { storage } = await openDisk();
  const rows = createWellRows("hash", storage, 0);
  const gone = outcome("B02", 1);
  rows.add(gone, Promise.resolve(true));
  await Promise.resolve();
  await expect(rows.of("B02")).rejects.toMatchObject({ code: "storage", details: { well: "B02" } });
});

test("a summary counts rows and names their columns in the order first seen", () => {
  const { tables } = summarize({ ...outcome("A01", 0), tables: { cells: [{ b: 1 }, { a: 1, b: 2 }] } });
  expect(tables).toEqual({ cells: { rows: 2, columns: ["b", "a"] } });
});
