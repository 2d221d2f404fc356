import { type ImageKey, wellName } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { namePattern } from "../src/index.ts";
import { fakeStorage } from "./fake-storage.ts";

const read = (pattern: string, path: string): Partial<ImageKey> | undefined =>
  namePattern(pattern).parseName?.(path);

test.each([
  [
    "{well}_C{count}_F{focus}_s{site}_w{channel}.TIF",
    "A23_C96_F1_s02_w1.TIF",
    { well: "A23", site: "2", channel: "1" },
  ],
  ["{well}_s{site}.tif", "B07_s001.TIF", { well: "B07", site: "1" }],
  ["{well}/s{site}_z{z}.tif", "C03/s1_z012.tif", { well: "C03", site: "1", z: "12" }],
  ["{well}/{well}_t{timepoint}.tif", "C03/C03_t7.tif", { well: "C03", timepoint: "7" }],
  ["{row}{column}-{channel}.tif", "AF05-DAPI.tif", { well: "AF05", channel: "DAPI" }],
  ["r{row}c{column}.tif", "r03c11.tif", { well: "C11" }],
  ["{row}/{column}/{site}.png", "B/2/04.png", { well: "B02", site: "4" }],
  ["{well}_{channel}_{site}.tif", "a1_Texas Red_3.tif", { well: "A01", channel: "Texas Red", site: "3" }],
  ["{well}_{channel}.tif", "R03C04_Alexa-488.tif", { well: "C04", channel: "Alexa-488" }],
  ["{well}-{channel}-{site}.tif", "A01-DAPI-2.tif", { well: "A01", channel: "DAPI", site: "2" }],
  ["{ignore}_{well}_f{site}.tif", "run_2_B02_f1.tif", { well: "B02", site: "1" }],
  ["img (1)+[x]_{well}.tif", "img (1)+[x]_B02.tif", { well: "B02" }],
])("%s reads %s", (pattern, path, key) => {
  expect(read(pattern, path)).toEqual(key);
});

test.each([
  ["{well}_s{site}.tif", "B07_s1.tiff"],
  ["{well}_s{site}.tif", "sub/B07_s1.tif"],
  ["{well}_s{site}.tif", "B07_S1.tif"],
  ["{well}_s{site}.tif", "B07_sx.tif"],
  ["{well}_w{channel}.tif", "B07_w1_thumb.tif"],
  ["{well}/{well}.tif", "A01/A02.tif"],
  ["{well}.tif", "A00.tif"],
  ["a.c_{well}.tif", "abc_A01.tif"],
])("%s leaves %s", (pattern, path) => {
  expect(read(pattern, path)).toBeUndefined();
});

test.each([
  ["s{site}.tif", /names no well/],
  ["{row}_s{site}.tif", /names no well/],
  ["{well}_{row}.tif", /names the well twice/],
  ["{well}{site}.tif", /where \{well\} ends and \{site\} begins/],
  ["{well}_{count}{site}.tif", /where \{count\} ends/],
  ["{well_s1.tif", /brace without its other half/],
  ["{well}_{}.tif", /"\{\}", which is no word/],
  ["/{well}.tif", /below the plate's folder/],
  ["../{well}.tif", /below the plate's folder/],
  ["a\\{well}.tif", /backslash/],
  ["", /names no well/],
])("the pattern %s is refused with the list of placeholders", (pattern, message) => {
  expect(() => namePattern(pattern)).toThrow(message);
  expect(() => namePattern(pattern)).toThrow(/\{site\}, \{channel\}, \{z\}, \{timepoint\}, \{ignore\}/);
  expect(() => namePattern(pattern)).toThrow(expect.objectContaining({ code: "parameter" }));
});

test.each([
  [`{well}_${"{ignore}_".repeat(25)}s{site}.tif`, `A01_${"a_".repeat(100)}s1.png`],
  [`{well}${"-{ignore}-{well}".repeat(12)}.tif`, `A01${"-a-A01".repeat(60)}.png`],
  [`{well}_${"{ignore}a".repeat(15)}{channel}.tif`, `A01_${"a".repeat(200)}.png`],
])("%s gives up on a name that could fit in more ways than can be tried", (pattern, path) => {
  expect(read(pattern, path)).toBeUndefined();
  const fitting = path.replace(".png", ".tif");
  expect(read(pattern, fitting)).toMatchObject({ well: "A01" });
});

const bbbc = namePattern("{well}_C{count}_F{focus}_s{site}_w{channel}.TIF");

test("a folder is indexed by its names; unknown words and other files are noted", async () => {
  const files = ["A01_C1_F1_s01_w1.TIF", "A01_C1_F1_s01_w2.tif", "A10_C40_F1_s03_w1.TIF", "readme.txt"];
  const storage = fakeStorage(files, { shape: [520, 696], dtype: "uint8" });
  expect(await bbbc.detect(storage)).toContain('file "A01_C1_F1_s01_w1.TIF"');
  expect(await bbbc.index(storage)).toEqual({
    layout: "pattern",
    name: "plate-7",
    wells: ["A01", "A10"],
    images: [
      { well: "A01", site: "1", channel: "1", z: "1", timepoint: "1", path: files[0] },
      { well: "A01", site: "1", channel: "2", z: "1", timepoint: "1", path: files[1] },
      { well: "A10", site: "3", channel: "1", z: "1", timepoint: "1", path: files[2] },
    ],
    projections: [],
    shape: [520, 696],
    dtype: "uint8",
    missing: [],
    notes: [
      "{count} and {focus} of the pattern are matched and left aside.",
      "1 of 2 wells has fewer channels than others, such as A10: 1 instead of 2.",
      '1 file was left aside, not named as "{well}_C{count}_F{focus}_s{site}_w{channel}.TIF", such as "readme.txt".',
    ],
  });
});

test("the wells of a plate of 1536 are in the plate's order", async () => {
  const storage = fakeStorage(["AA1.tif", "H13.tif", "A1.tif", "AF48.tif", "P24.tif"]);
  const { wells, images } = await namePattern("{well}.tif").index(storage);
  expect(wells).toEqual(["A01", "H13", "P24", "AA01", "AF48"]);
  expect(images.map(({ well }) => well)).toEqual(wells);
});

test("two files that differ only in what is left aside are an error that names both", async () => {
  const storage = fakeStorage(["A01_C1_F1_s01_w1.TIF", "A01_C1_F2_s01_w1.TIF"]);
  await expect(bbbc.index(storage)).rejects.toThrow(/"A01_C1_F1_s01_w1.TIF" and "A01_C1_F2_s01_w1.TIF"/);
});

test("where no file matches, the error names the pattern and an example", async () => {
  await expect(bbbc.index(fakeStorage(["x.tif"]))).rejects.toThrow(
    /\{count\}.*one of its 1 files is "x.tif"/,
  );
  expect(await bbbc.detect(fakeStorage(["x.tif"]))).toBeUndefined();
});

test("a pattern with words that no image fills writes no names", () => {
  expect(bbbc).not.toHaveProperty("formatName");
});

test("any pattern reads back the names that it writes", () => {
  const number = fc.integer({ min: 0, max: 9999 }).map(String);
  const well = fc
    .record({ row: fc.integer({ min: 0, max: 31 }), column: fc.integer({ min: 0, max: 47 }) })
    .map(wellName);
  const channel = fc.oneof(number, fc.constantFrom("DAPI", "Texas Red", "A488"));
  const key = fc.record({ well, site: number, channel, z: number, timepoint: number });
  const literal = fc.string({
    unit: fc.constantFrom("_", "-", "(", "+", ".", "$", "/x"),
    minLength: 1,
    maxLength: 3,
  });
  const wellPart = fc.constantFrom("{well}", "{row}{column}");
  const parts = fc.shuffledSubarray(["{site}", "{channel}", "{z}", "{timepoint}"], { minLength: 4 });
  fc.assert(
    fc.property(
      key,
      wellPart,
      parts,
      fc.array(literal, { minLength: 4, maxLength: 4 }),
      (image, first, rest, between) => {
        const pattern = `${first}${rest.map((part, i) => `${between[i]}${part}`).join("")}.tif`;
        const { parseName, formatName } = namePattern(pattern);
        const name = formatName?.(image) ?? "";
        expect(parseName?.(name)).toEqual(image);
      },
    ),
  );
});

test("gaps without end, as of names with a time of day in them, are listed up to a million and told of", async () => {
  const names = Array.from({ length: 1100 }, (_, i) => `A01_z${i}_t${i}.tif`);
  const index = await namePattern("{well}_z{z}_t{timepoint}.tif").index(fakeStorage(names));
  expect(index.missing).toHaveLength(1_000_000);
  expect(index.notes.join()).toContain("The first 1000000 missing images are listed.");
});

test("what an operating system keeps in folders of its own is no image", async () => {
  const storage = fakeStorage(["A01/1.tif", "@eaDir/A01/1.tif", "A02/__MACOSX/1.tif"]);
  const { images } = await namePattern("{ignore}/{well}/{site}.tif").index(
    fakeStorage(["x/A01/1.tif", "@eaDir/A02/1.tif"]),
  );
  expect(images.map(({ path }) => path)).toEqual(["x/A01/1.tif"]);
  expect((await namePattern("{well}/{site}.tif").index(storage)).images).toHaveLength(1);
});
