import type { ArrayDescription, PagePlace, PlateIndex } from "@platewright/core";
import { expect, test } from "vitest";
import { imageXpress, namePattern } from "../src/index.ts";
import { fakeStorage } from "./fake-storage.ts";

const stack = (pages: number, places?: readonly PagePlace[]): ArrayDescription => ({
  shape: [pages, 8, 10],
  dtype: "uint16",
  ...(places && { pages: places }),
});

/** Two channels within each of two z planes. */
const hyperstack: readonly PagePlace[] = [0, 1].flatMap((z) =>
  [0, 1].map((channel) => ({ z, channel, timepoint: 0 })),
);

const keysOf = ({ images }: PlateIndex): readonly unknown[] =>
  images.map(({ well, site, channel, z, timepoint, plane }) => [well, site, channel, z, timepoint, plane]);

test("pages of which a file says nothing are z planes, as many as each file has", async () => {
  const storage = fakeStorage(["A01_s1_w1.tif", "A01_s1_w2.tif"], (path) =>
    stack(path.includes("w2") ? 2 : 3),
  );
  const index = await imageXpress().index(storage);
  expect(keysOf(index)).toEqual([
    ["A01", "1", "1", "1", "1", [0]],
    ["A01", "1", "1", "2", "1", [1]],
    ["A01", "1", "1", "3", "1", [2]],
    ["A01", "1", "2", "1", "1", [0]],
    ["A01", "1", "2", "2", "1", [1]],
  ]);
  expect(index.missing).toEqual([{ well: "A01", site: "1", channel: "2", z: "3", timepoint: "1" }]);
  expect(index.shape).toEqual([8, 10]);
  expect(index.notes).toEqual([
    'The files hold several pages each, such as "A01_s1_w1.tif" with 3. They are taken for z planes, for the files don\'t say what they are.',
  ]);
});

test("pages are what the file says they are", async () => {
  const index = await namePattern("{well}_{site}.tif").index(
    fakeStorage(["B02_7.tif"], stack(4, hyperstack)),
  );
  expect(keysOf(index)).toEqual([
    ["B02", "7", "1", "1", "1", [0]],
    ["B02", "7", "1", "2", "1", [2]],
    ["B02", "7", "2", "1", "1", [1]],
    ["B02", "7", "2", "2", "1", [3]],
  ]);
  expect(index.notes.join()).toContain("taken for z planes and channels.");
});

test("a stack in a single well of many is seen", async () => {
  const wells = ["A", "B", "C", "D"].flatMap((row) =>
    Array.from({ length: 24 }, (_, i) => `${row}${String(i + 1).padStart(2, "0")}`),
  );
  const storage = fakeStorage(
    wells.map((well) => `${well}_s1_w1.tif`),
    (path) => (path.startsWith("C05") ? stack(3) : { shape: [8, 10], dtype: "uint16" }),
  );
  const { images, notes } = await imageXpress().index(storage);
  expect(images.filter(({ well }) => well === "C05").map(({ z }) => z)).toEqual(["1", "2", "3"]);
  expect(images).toHaveLength(98);
  expect(notes.join("\n")).toContain('1 of 96 files holds several pages, such as "C05_s1_w1.tif" with 3.');
});

test("a channel of single planes before one of stacks is no reason to overlook the stacks", async () => {
  const storage = fakeStorage(["A01_s1_w1.tif", "A01_s1_w2.tif"], (path) =>
    path.includes("w2") ? stack(3) : { shape: [8, 10], dtype: "uint16" },
  );
  const index = await imageXpress().index(storage);
  expect(keysOf(index)).toEqual([
    ["A01", "1", "1", "1", "1", [0]],
    ["A01", "1", "2", "1", "1", [0]],
    ["A01", "1", "2", "2", "1", [1]],
    ["A01", "1", "2", "3", "1", [2]],
  ]);
  expect(index.missing).toEqual([]);
  expect(index.notes.join()).toContain('such as "A01_s1_w2.tif" with 3');
});

test("a well of single planes before those of stacks is no reason to overlook the stacks", async () => {
  const storage = fakeStorage(["A01_s1_w1.tif", "A02_s1_w1.tif", "A03_s1_w1.tif"], (path) =>
    path.startsWith("A01") ? { shape: [8, 10], dtype: "uint16" } : stack(2),
  );
  const index = await imageXpress().index(storage);
  expect(keysOf(index)).toEqual([
    ["A01", "1", "1", "1", "1", [0]],
    ["A02", "1", "1", "1", "1", [0]],
    ["A02", "1", "1", "2", "1", [1]],
    ["A03", "1", "1", "1", "1", [0]],
    ["A03", "1", "1", "2", "1", [1]],
  ]);
  expect(index.notes).toContain("1 of 3 wells has fewer z planes than others, such as A01: 1 instead of 2.");
});

test("a name that files of several pages do not agree on is told once", async () => {
  const storage = fakeStorage(["A01_s1_w1.tif", "A02_s1_w1.tif"], (path) => ({
    ...stack(2),
    channelNames: [path.startsWith("A01") ? "DAPI" : "GFP"],
  }));
  const { notes } = await imageXpress().index(storage);
  expect(notes.filter((note) => note.includes("several names"))).toEqual([
    "Channel 1 has several names: DAPI, GFP.",
  ]);
});

test("what names and pages both number is left as it is", async () => {
  const names = ["A01_s1_w1.tif", "A01_s1_w2.tif"];
  const index = await imageXpress().index(fakeStorage(names, stack(4, hyperstack)));
  expect(index.images.map(({ path, plane }) => [path, plane])).toEqual(
    names.map((name) => [name, undefined]),
  );
  expect(index.notes.join()).toContain(
    '"A01_s1_w1.tif" holds 4 pages of channels, which the files\' names number too',
  );
});

test("pages of which a file says what can't be are left as they are", async () => {
  const index = await imageXpress().index(fakeStorage(["A01_s1_w1.tif"], stack(4, [])));
  expect(index.images[0]).not.toHaveProperty("plane");
  expect(index.notes.join()).toContain("doesn't fit");
});

test("a file that can't be described is one like the others", async () => {
  const storage = fakeStorage(["A01_s1.tif", "A02_s1.tif"], (path) => {
    if (path.startsWith("A02")) throw new Error("damaged");
    return stack(2);
  });
  const { images } = await imageXpress().index(storage);
  expect(images.map(({ well, z }) => `${well} ${z}`)).toEqual(["A01 1", "A01 2", "A02 1", "A02 2"]);
});

test("a file of one page among stacks is one plane, whatever it says of its pages", async () => {
  const storage = fakeStorage(["A01_s1.tif", "A02_s1.tif"], (path) =>
    path.startsWith("A02") ? stack(1, []) : stack(3),
  );
  const { images } = await imageXpress().index(storage);
  expect(images.map(({ well, z }) => `${well} ${z}`)).toEqual(["A01 1", "A01 2", "A01 3", "A02 1"]);
});
