import { wellName } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { operaPhenix } from "../src/index.ts";
import { fakeStorage } from "./fake-storage.ts";
import { type HarmonyImage, harmonyName, harmonyV5, harmonyV7 } from "./harmony-text.ts";

const layout = operaPhenix();
const { parseName = () => undefined, formatName = () => "" } = layout;

/** A plate whose every listed image is there. */
function plate(
  images: readonly HarmonyImage[],
  index: string,
  path = "Images/Index.idx.xml",
): Record<string, string> {
  const folder = path.startsWith("Images/") ? "Images/" : "";
  return { [path]: index, ...Object.fromEntries(images.map((image) => [folder + harmonyName(image), ""])) };
}

/** Two wells, four fields in a square with the jitter of a stage, two planes, two timepoints. */
const square: readonly HarmonyImage[] = [3, 10].flatMap((column) =>
  [0, 1, 2, 3].flatMap((field) =>
    [1, 2].flatMap((plane) =>
      [0, 1].map((timepoint): HarmonyImage => {
        const at = [
          (field % 2) * 2e-6 + column * 1e-9,
          Math.floor(field / 2) * -1.6e-6 + field * 1e-9,
        ] as const;
        return { row: 3, column, field: field + 1, plane, timepoint, at };
      }),
    ),
  ),
);

test.each(["Images/Index.idx.xml", "Images/Index.xml", "Index.idx.xml", "Index.xml"])(
  "a plate is indexed by %s",
  async (path) => {
    const storage = fakeStorage(plate(square, harmonyV5(square), path));
    expect(await layout.detect(storage)).toBe(`Harmony index "${path}"`);
    const index = await layout.index(storage);
    expect(index).toMatchObject({
      layout: "opera-phenix",
      name: "Screen 1",
      wells: ["C03", "C10"],
      shape: [8, 10],
      dtype: "uint16",
      pixelSize: { x: 0.25, y: 0.25, unit: "µm" },
      channelNames: { 1: "DAPI" },
      gridDimensions: [2, 2],
      plateDimensions: [16, 24],
      missing: [],
      notes: [],
    });
    expect(index.images).toHaveLength(32);
    expect(index.images.at(-1)).toMatchObject({
      well: "C10",
      site: "4",
      channel: "1",
      z: "2",
      timepoint: "2",
    });
  },
);

test("pixel sizes keep every digit of the index", async () => {
  const resolution = "1.1959521619135234E-06";
  const images = [{ tags: { ImageResolutionX: resolution, ImageResolutionY: resolution } }];
  const { pixelSize } = await layout.index(fakeStorage(plate(images, harmonyV5(images))));
  expect(pixelSize).toEqual({ x: 1.1959521619135234, y: 1.1959521619135234, unit: "µm" });
});

test("where the channels are described once under Maps, they are taken from there", async () => {
  const images = [{ channel: 1 }, { channel: 2 }];
  const index = await layout.index(
    fakeStorage(plate(images, harmonyV7(images, { 1: "DAPI", 2: "FITC &amp; co", 3: "Cy5" }))),
  );
  expect(index.channelNames).toEqual({ 1: "DAPI", 2: "FITC & co" });
  expect(index.pixelSize).toEqual({ x: 0.25, y: 0.25, unit: "µm" });
  expect(index).toMatchObject({ shape: [8, 10], notes: [] });
});

test("older namespaces hold the same", async () => {
  const images = [{ row: 1, column: 2 }];
  const text = harmonyV5(images, "http://www.perkinelmer.com/PEHH/HarmonyV1");
  expect(await layout.index(fakeStorage(plate(images, text)))).toMatchObject({ wells: ["A02"] });
});

test("an index in UTF-16 or Latin-1 is read in its encoding", async () => {
  const images = [{ tags: { ChannelName: "µ-DAPI" } }];
  const text = harmonyV5(images);
  const utf16 = new Uint8Array(new Uint16Array([...text].map((letter) => letter.charCodeAt(0))).buffer);
  const latin = Uint8Array.from(text.slice(1).replace("utf-8", "iso-8859-1"), (letter) =>
    letter.charCodeAt(0),
  );
  for (const bytes of [utf16, latin]) {
    const storage = fakeStorage({ "Images/Index.xml": bytes, [`Images/${harmonyName({})}`]: "" });
    expect((await layout.index(storage)).channelNames).toEqual({ 1: "µ-DAPI" });
  }
});

test.each([
  ["NonFlat", [expect.stringContaining("The index has flat-field profiles: channel 1 is lit unevenly.")]],
  ["Flat", []],
])("a flat-field profile of character %s is told where it would change pixels", async (character, notes) => {
  const images = [{ channel: 1 }];
  const profile = `{Background: {Character: ${character}, Mean: 373.7}}`;
  const text = harmonyV7(images, { 1: "DAPI" }).replace("{a: b}", profile);
  expect((await layout.index(fakeStorage(plate(images, text)))).notes).toEqual(notes);
});

test("both indexes at once are no contradiction", async () => {
  const files = plate(square, harmonyV5(square));
  const { notes } = await layout.index(fakeStorage({ ...files, "Images/Index.xml": harmonyV5(square) }));
  expect(notes).toEqual([]);
});

test("listed images that are not there are missing; files that are not listed are noted", async () => {
  const files = plate(square, harmonyV5(square));
  const lost = { row: 3, column: 10, field: 2, plane: 1, timepoint: 0 };
  delete files[`Images/${harmonyName(lost)}`];
  const index = await layout.index(fakeStorage({ ...files, "Images/r01c01f01p01-ch9sk1fk1fl1.tiff": "" }));
  expect(index.missing).toEqual([{ well: "C10", site: "2", channel: "1", z: "1", timepoint: "1" }]);
  expect(index.images).toHaveLength(31);
  expect(index.notes).toEqual([
    '1 image file not listed in "Images/Index.idx.xml" left aside, such as "Images/r01c01f01p01-ch9sk1fk1fl1.tiff".',
  ]);
});

test("wells may differ in their fields; then the sites form no common grid", async () => {
  const ragged = square.filter(({ column, field }) => column === 3 || field !== 4);
  const index = await layout.index(fakeStorage(plate(ragged, harmonyV5(ragged))));
  expect(index.images).toHaveLength(28);
  expect(index.missing).toEqual([]);
  expect(index).not.toHaveProperty("gridDimensions");
});

test("sites whose positions are not known have no grid", async () => {
  const images = [{ field: 1 }, { field: 2 }];
  expect(await layout.index(fakeStorage(plate(images, harmonyV5(images))))).not.toHaveProperty(
    "gridDimensions",
  );
});

test("a path in the URL is followed", async () => {
  const images = [
    { url: "..\\Images\\sub\\a.tiff" },
    { field: 2, url: "elsewhere/b.tiff" },
    { field: 3, url: "../../../c.tiff" },
  ];
  const storage = fakeStorage({
    ...{
      "Images/Index.xml": harmonyV5(images),
      "Images/sub/a.tiff": "",
      "Images/b.tiff": "",
      "Images/c.tiff": "",
    },
  });
  const { images: found } = await layout.index(storage);
  expect(found.map(({ path }) => path)).toEqual(["Images/sub/a.tiff", "Images/b.tiff", "Images/c.tiff"]);
});

test("images that are not ok, further FLIM images and entries without a name are noted", async () => {
  const images = [
    { tags: { State: "Faulty" } },
    { tags: { FlimID: "2" }, url: "r01c01f01p01-ch1sk1fk1fl2.tiff" },
    { field: 2, tags: { URL: "", id: "entry-3" } },
  ];
  const { notes, images: found } = await layout.index(fakeStorage(plate([{}], harmonyV5(images))));
  expect(found).toHaveLength(1);
  expect(notes[0]).toContain("marks 1 image as not ok");
  expect(notes[1]).toContain("1 further FLIM image left aside");
  expect(notes[2]).toContain('1 entry of "Images/Index.idx.xml"');
  expect(notes[2]).toContain("entry-3");
});

test("an index that contradicts itself or the file says so, and nothing is taken", async () => {
  const images = [
    { channel: 1 },
    { channel: 2, tags: { ImageResolutionX: "5E-07", ChannelName: "A" } },
    { channel: 2, field: 2, tags: { ImageResolutionX: "5E-07", ChannelName: "B" } },
  ];
  const storage = fakeStorage(plate(images, harmonyV5(images)), { shape: [16, 20], dtype: "uint8" });
  const index = await layout.index(storage);
  expect(index).not.toHaveProperty("pixelSize");
  expect(index.channelNames).toEqual({ 1: "DAPI" });
  expect(index.shape).toEqual([16, 20]);
  expect(index.notes).toEqual([
    "The index gives 2 different pixel sizes, so that none is taken.",
    "Channel 2 has several names: A, B.",
    '"Images/Index.idx.xml" says images of 8 × 10 pixels; the first image has 16 × 20.',
  ]);
});

test("a name that says something else than its entry is noted", async () => {
  const images = [{ field: 2, url: harmonyName({ field: 1 }) }];
  const index = await layout.index(fakeStorage(plate([{ field: 1 }], harmonyV5(images))));
  expect(index.images[0]?.site).toBe("2");
  expect(index.notes.join()).toContain(harmonyName({ field: 1 }));
});

test("two files for one image are an error that names both", async () => {
  const images = [{ url: "a.tiff" }, { url: "b.tiff" }];
  const storage = fakeStorage({
    "Images/Index.xml": harmonyV5(images),
    "Images/a.tiff": "",
    "Images/b.tiff": "",
  });
  await expect(layout.index(storage)).rejects.toThrow(/"Images\/a.tiff" and "Images\/b.tiff"/);
});

test.each([
  ["cut off", harmonyV5([{}]).slice(0, -40), /is no readable XML/],
  ["of another kind", "<Assay><Images/></Assay>", /"Assay", not "EvaluationInputData"/],
  ["not of its encoding", Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0xfe, 0xff), /is no readable XML/],
  ["without images", harmonyV5([]), /lists no image/],
  ["of images that are elsewhere", harmonyV5([{ row: 9 }]), /none of them is there/],
])("an index that is %s is an error", async (_, index, message) => {
  const storage = fakeStorage({ "Images/Index.xml": index, [`Images/${harmonyName({})}`]: "" });
  await expect(layout.index(storage)).rejects.toThrow(message);
  await expect(layout.index(storage)).rejects.toMatchObject({ code: "plate" });
});

test("an aborted signal ends the index", async () => {
  const storage = fakeStorage(plate(square, harmonyV5(square)));
  await expect(layout.index(storage, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "cancelled",
  });
});

test("a name with all its parts is read and written back the same", () => {
  const key = { well: "A01", site: "1", channel: "1", z: "1", timepoint: "1" };
  expect(parseName("r01c01f01p01-ch1sk1fk1fl1.tiff")).toEqual(key);
  expect(formatName(key)).toBe("r01c01f01p01-ch1sk1fk1fl1.tiff");
  expect(parseName("A01_s1_w1.tif")).toBeUndefined();
  expect(parseName("r00c01f01p01-ch1sk1fk1fl1.tiff")).toBeUndefined();
});

test("every image that has a name is read back from it", () => {
  const number = fc.integer({ min: 0, max: 12_345 }).map(String);
  const well = fc
    .record({ row: fc.integer({ min: 0, max: 31 }), column: fc.integer({ min: 0, max: 47 }) })
    .map(wellName);
  fc.assert(
    fc.property(fc.record({ well, site: number, channel: number, z: number, timepoint: number }), (key) => {
      const name = formatName(key);
      expect(parseName(name)).toEqual(key);
      expect(formatName({ ...key, ...parseName(name) })).toBe(name);
    }),
  );
});

test.each(["", "Images/"])("images in %j without an index are found by their names", async (folder) => {
  const names = [
    "r03c03f01p01-ch1sk1fk1fl1.tiff",
    "r03c03f01p02-ch1sk1fk1fl1.tiff",
    "._r03c03f01p01-ch1sk1fk1fl1.tiff",
  ];
  const storage = fakeStorage([...names, "readme.txt"].map((name) => folder + name));
  expect(await layout.detect(storage)).toBe(`file "${folder}${names[0]}", named as Harmony names images`);
  const { images, notes, ...index } = await layout.index(storage);
  expect(index).toEqual({
    layout: "opera-phenix",
    name: "plate-7",
    wells: ["C03"],
    projections: [],
    shape: [8, 10],
    dtype: "uint16",
    missing: [],
  });
  expect(images.map(({ z, path }) => [z, path])).toEqual([
    ["1", folder + names[0]],
    ["2", folder + names[1]],
  ]);
  expect(notes[0]).toContain("no Index.idx.xml or Index.xml");
  expect(notes[1]).toContain("readme.txt");
});

test("rows and columns that no plate has are left out", async () => {
  const text = harmonyV5(square).replace("<PlateRows>16<", "<PlateRows>1000000000<");
  expect(await layout.index(fakeStorage(plate(square, text)))).not.toHaveProperty("plateDimensions");
});

test("what one entry under Maps says holds for its channel alone", async () => {
  const images = [{ channel: 1 }, { channel: 2 }];
  const text = harmonyV7(images, { 1: "DAPI", 2: "FITC" }).replace("{a: b}", "{Character: NonFlat}");
  const { notes } = await layout.index(fakeStorage(plate(images, text)));
  expect(notes).toEqual([expect.stringContaining("channel 1 is lit unevenly")]);
});

test("a path that leads out of the plate is not followed, even where it leads in again", async () => {
  const images = [{ url: "../../Images/sub/a.tiff" }];
  const storage = fakeStorage({ "Images/Index.xml": harmonyV5(images), "Images/sub/a.tiff": "" });
  await expect(layout.index(storage)).rejects.toThrow("none of them is there");
});
