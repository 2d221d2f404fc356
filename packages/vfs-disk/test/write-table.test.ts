import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StorageBackend } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { disk } from "../src/index.ts";

type Row = Readonly<Record<string, unknown>>;

async function* inParts(parts: readonly (readonly Row[])[]): AsyncGenerator<readonly Row[]> {
  for (const part of parts) yield part;
}

async function open(folder: string): Promise<Required<StorageBackend>> {
  return (await disk().open(folder)) as Required<StorageBackend>;
}

const columnsOf = (rows: readonly Row[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];

test("property: a table in parts has the bytes of the whole one", async () => {
  const folder = temporaryFolder();
  const storage = await open(folder);
  const field = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(undefined));
  const row = fc.dictionary(fc.constantFrom("a", "b", "c d", "é"), field, { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 5 }), async (parts) => {
      const rows = parts.flat();
      await storage.writeValue("whole.csv", rows, { overwrite: true });
      const table = { columns: columnsOf(rows), parts: inParts(parts) };
      await storage.writeTable("parts.csv", table, { overwrite: true });
      expect(readFileSync(join(folder, "parts.csv"), "utf8")).toBe(
        readFileSync(join(folder, "whole.csv"), "utf8"),
      );
    }),
  );
});

test("a table without rows is its header, one without columns empty", async () => {
  const folder = temporaryFolder();
  const storage = await open(folder);
  await storage.writeTable("none.csv", { columns: ["well", "site"], parts: inParts([[], []]) });
  expect(readFileSync(join(folder, "none.csv"), "utf8")).toBe("well,site\n");
  expect(await storage.readValue("none.csv")).toEqual([]);
  await storage.writeTable("empty.csv", { columns: [], parts: inParts([]) });
  expect(readFileSync(join(folder, "empty.csv"), "utf8")).toBe("");
});

test("a part longer than what is encoded at once has one header", async () => {
  const folder = temporaryFolder();
  const rows = Array.from({ length: 25_001 }, (_, i) => ({ i }));
  const table = { columns: ["i"], parts: inParts([rows]) };
  await (await open(folder)).writeTable("long.csv", table);
  expect(readFileSync(join(folder, "long.csv"), "utf8")).toBe(`i\n${rows.map(({ i }) => `${i}\n`).join("")}`);
});

test("a table that breaks off leaves what was there, and nothing else", async () => {
  const folder = temporaryFolder();
  const storage = await open(folder);
  await storage.writeValue("cells.csv", [{ a: 1 }]);
  async function* broken() {
    yield [{ a: 2 }];
    throw new Error("the well's rows are gone");
  }
  const writing = storage.writeTable("cells.csv", { columns: ["a"], parts: broken() }, { overwrite: true });
  await expect(writing).rejects.toThrow("the well's rows are gone");
  const nested = { columns: ["a"], parts: inParts([[{ a: 1 }], [{ a: [1] }]]) };
  await expect(storage.writeTable("cells.csv", nested, { overwrite: true })).rejects.toThrow(
    'row 1 holds no plain value in "a"',
  );
  expect(readdirSync(folder)).toEqual(["cells.csv"]);
  expect(readFileSync(join(folder, "cells.csv"), "utf8")).toBe("a\n1\n");
});

test("a table goes where a format takes one", async () => {
  const storage = await open(temporaryFolder());
  const writing = storage.writeTable("cells.tif", { columns: [], parts: inParts([]) });
  await expect(writing).rejects.toMatchObject({ code: "storage" });
});
