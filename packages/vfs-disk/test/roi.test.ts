import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Roi } from "@platewright/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { disk } from "../src/index.ts";

interface ReadRoi {
  readonly file: string;
  readonly type: number;
  readonly bounds: readonly number[];
  readonly points?: readonly (readonly number[])[];
  readonly fine?: readonly (readonly number[])[];
  readonly position: number;
  readonly z: number;
  readonly name: string;
}

const reader = readFileSync(new URL("read_rois.py", import.meta.url), "utf8");

async function writeAndRead(...lists: readonly (readonly Roi[])[]): Promise<readonly (readonly ReadRoi[])[]> {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  const read: (readonly ReadRoi[])[] = [];
  for (const [i, rois] of lists.entries()) {
    await storage.writeValue?.(`cells-${i}.zip`, rois);
    read.push(JSON.parse(runPython(reader, [join(folder, `cells-${i}.zip`)])) as ReadRoi[]);
  }
  return read;
}

it("writes what ImageJ reads: polygons, points and rectangles with names and slices", async () => {
  const [read] = await writeAndRead([
    {
      type: "polygon",
      name: "nucleus α",
      points: [
        [10, 20],
        [30, 20],
        [30, 45],
      ],
    },
    {
      type: "points",
      points: [
        [1, 2],
        [3.25, 4.5],
      ],
      slice: 2,
    },
    { type: "rectangle", x: 5, y: 6, width: 7, height: 8, name: "a/b" },
    { type: "rectangle", x: 0.5, y: 0.25, width: 2, height: 3 },
  ]);
  expect(read).toEqual([
    {
      file: "0001-nucleus α.roi",
      type: 0,
      bounds: [10, 20, 20, 25],
      points: [
        [10, 20],
        [30, 20],
        [30, 45],
      ],
      position: 0,
      z: 0,
      name: "0001-nucleus α",
    },
    {
      file: "0002.roi",
      type: 10,
      bounds: [1, 2, 3, 3],
      points: [
        [1, 2],
        [3, 5],
      ],
      fine: [
        [1, 2],
        [3.25, 4.5],
      ],
      position: 3,
      z: 3,
      name: "0002",
    },
    { file: "0003-a-b.roi", type: 1, bounds: [5, 6, 7, 8], position: 0, z: 0, name: "0003-a-b" },
    { file: "0004.roi", type: 1, bounds: [0.5, 0.25, 2, 3], position: 0, z: 0, name: "0004" },
  ]);
});

it("keeps every coordinate, whole ones exactly, others to a float's precision", async () => {
  const whole = fc.nat({ max: 32767 });
  const fine = fc.float({ min: 0, max: 32767, noNaN: true }).map((value) => Math.abs(value));
  const points = fc.oneof(
    fc.array(fc.tuple(whole, whole), { minLength: 1, maxLength: 20 }),
    fc.array(fc.tuple(fine, fine), { minLength: 1, maxLength: 20 }),
  );
  const roi = fc.record({ type: fc.constantFrom("polygon" as const, "points" as const), points });
  const lists = fc.sample(fc.array(roi, { minLength: 1, maxLength: 8 }), { numRuns: 12, seed: 7 });
  for (const [i, read] of (await writeAndRead(...lists)).entries()) {
    expect(read.map(({ fine: exact, points: rounded }) => exact ?? rounded)).toEqual(
      lists[i]?.map(({ points: given }) => given.map(([x, y]) => [x, y])),
    );
  }
});

it("gives the same bytes for the same regions", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  const rois: readonly Roi[] = [{ type: "rectangle", x: 1, y: 1, width: 1, height: 1 }];
  for (const name of ["a.zip", "b.zip"]) await storage.writeValue?.(name, rois);
  expect(readFileSync(join(folder, "a.zip"))).toEqual(readFileSync(join(folder, "b.zip")));
});

it("writes an empty list as an empty zip", async () => {
  expect(await writeAndRead([])).toEqual([[]]);
});

it("refuses what is no region and what the format can't hold", async () => {
  const storage = await disk().open(temporaryFolder());
  for (const value of [
    1,
    {},
    [1],
    [{ type: "oval" }],
    [{ type: "polygon", points: [[1]] }],
    [{ type: "rectangle" }],
  ]) {
    await expect(storage.writeValue?.("a.zip", value)).rejects.toMatchObject({ code: "storage" });
  }
  const odd: readonly Roi[] = [
    { type: "polygon", points: [] },
    { type: "points", points: [[40000, 1]] },
    { type: "points", points: [[-1, 1]] },
  ];
  for (const roi of odd) {
    await expect(storage.writeValue?.("a.zip", [roi])).rejects.toMatchObject({ code: "format" });
  }
  expect(await storage.has("a.zip")).toBe(false);
});
