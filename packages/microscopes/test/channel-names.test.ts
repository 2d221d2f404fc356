import { type ArrayDescription, type PagePlace, PlatewrightError } from "@platewright/core";
import { expect, test } from "vitest";
import { imageXpress, namePattern, operaPhenix } from "../src/index.ts";
import { fakeStorage } from "./fake-storage.ts";
import { htdOf } from "./htd-text.ts";

const plane = (more: Partial<ArrayDescription> = {}): ArrayDescription => ({
  shape: [8, 10],
  dtype: "uint16",
  ...more,
});
const channelOf = (path: string): string => /w(\d)/.exec(path)?.[1] ?? "";
const names: Readonly<Record<string, string>> = { 1: "DAPI", 2: "GFP" };
const flat = ["A01_s1_w1.tif", "A01_s1_w2.tif", "A01_s2_w1.tif", "A01_s2_w2.tif", "B01_s1_w1.tif"];

test("one file of each channel, and one of each well, names the channels of all", async () => {
  const described: string[] = [];
  const storage = fakeStorage(flat, (path) => {
    described.push(path);
    return plane({ channelNames: [names[channelOf(path)]], pixelSize: { x: 0.3, y: 0.3 } });
  });
  const index = await namePattern("{well}_s{site}_w{channel}.tif").index(storage);
  expect(index.channelNames).toEqual(names);
  expect(index.pixelSize).toEqual({ x: 0.3, y: 0.3, unit: "µm" });
  expect(described).toEqual(["A01_s1_w1.tif", "A01_s1_w2.tif", "B01_s1_w1.tif"]);
});

test("a channel that wells name differently has no name, with a note", async () => {
  const wells = ["A01", "A02", "A03", "A04", "A05"];
  const storage = fakeStorage(
    wells.map((well) => `${well}_s1_w1.tif`),
    (path) => plane({ channelNames: [path.startsWith("A05") ? "GFP" : `DAPI ${path.slice(0, 3)}`] }),
  );
  const index = await imageXpress().index(storage);
  expect(index.channelNames).toBeUndefined();
  expect(index.notes).toEqual(["Channel 1 has several names: DAPI A01, DAPI A02, DAPI A03 and 2 more."]);
});

test("files that give different pixel sizes give none, with a note", async () => {
  const storage = fakeStorage(flat, (path) =>
    plane({ pixelSize: { x: channelOf(path) === "1" ? 0.3 : 0.6, y: 0.3 } }),
  );
  const { pixelSize, notes } = await imageXpress().index(storage);
  expect(pixelSize).toBeUndefined();
  expect(notes).toContain(
    'The files give different pixel sizes, so that none is taken: "A01_s1_w1.tif" 0.3 µm, "A01_s1_w2.tif" 0.6 µm.',
  );
});

test("pixel sizes that differ in their last digits are one", async () => {
  const storage = fakeStorage(flat, (path) =>
    plane({ pixelSize: { x: channelOf(path) === "1" ? 0.325 : 0.32500001, y: 0.325 } }),
  );
  expect((await imageXpress().index(storage)).pixelSize?.x).toBe(0.325);
});

test("a channel whose images are of another size is noted, and so is what a file says of itself", async () => {
  const storage = fakeStorage(flat, (path) =>
    channelOf(path) === "1" ? plane() : plane({ shape: [4, 5], dtype: "uint8", notes: ["It lacks much."] }),
  );
  const { notes } = await imageXpress().index(storage);
  expect(notes).toContain(
    `The channels' images differ: "A01_s1_w1.tif" is 10 × 8 uint16, "A01_s1_w2.tif" 5 × 4 uint8.`,
  );
  expect(notes).toContain("It lacks much.");
});

test("wells whose images are of another size or dtype, or can't be described, are noted", async () => {
  const files = ["A01_s1_w1.tif", "A02_s1_w1.tif", "A03_s1_w1.tif", "A03_s1_w2.tif"];
  const sized = await imageXpress().index(
    fakeStorage(files, (path) => (path.startsWith("A03_s1_w1") ? plane({ dtype: "uint8" }) : plane())),
  );
  expect(sized.notes).toContain(
    `The wells' images differ: "A01_s1_w1.tif" is 10 × 8 uint16, "A03_s1_w1.tif" 10 × 8 uint8. Memory is told for the first.`,
  );
  const cut = await imageXpress().index(
    fakeStorage(files, (path) => {
      if (path.startsWith("A02")) throw new Error("it is truncated");
      return plane();
    }),
  );
  expect(cut.notes).toContain('"A02_s1_w1.tif" cannot be described: it is truncated');
  expect(cut.shape).toEqual([8, 10]);
});

test("of many damaged images the first are named, each once", async () => {
  const files = Array.from({ length: 12 }, (_, i) => `A${i + 1}_s1_w1.tif`);
  const storage = fakeStorage(files, (path) => {
    if (/A(5|12)_/.test(path)) return plane();
    throw new Error("it is truncated");
  });
  const { notes, unreadable } = await imageXpress().index(storage);
  expect(unreadable?.map(({ path }) => path)).toEqual(files.filter((path) => !/A(5|12)_/.test(path)));
  expect(notes).toEqual([
    ...["A1", "A2", "A3"].map((well) => `"${well}_s1_w1.tif" cannot be described: it is truncated`),
    "7 more images cannot be described.",
  ]);
});

test("of a large plate one image of each well is looked into", async () => {
  const wells = Array.from({ length: 384 }, (_, i) => {
    const row = String.fromCharCode(65 + Math.floor(i / 24));
    return `${row}${String((i % 24) + 1).padStart(2, "0")}`;
  });
  const described: string[] = [];
  const storage = fakeStorage(
    wells.flatMap((well) => [`${well}_s1_w1.tif`, `${well}_s2_w1.tif`]),
    (path) => {
      described.push(path);
      return plane();
    },
  );
  await imageXpress().index(storage);
  expect(described.sort()).toEqual(wells.map((well) => `${well}_s1_w1.tif`));
});

test("what is taken for the channel and is another for each file opens few of them", async () => {
  const files = Array.from({ length: 100 }, (_, i) => `A01_w${i + 1}.tif`);
  let described = 0;
  const storage = fakeStorage(files, () => {
    described++;
    return plane();
  });
  await namePattern("{well}_w{channel}.tif").index(storage);
  expect(described).toBe(1);
});

test("the metadata of a microscope count for more than those of its files", async () => {
  const htd = htdOf({ wells: ["A01"], sites: [1, 1], channels: ["Hoechst"], z: 1, timepoints: 1 });
  const storage = fakeStorage({ "x.htd": htd, "x_A01_s1_w1.tif": "", "x_A01_s1_w2.tif": "" }, (path) =>
    plane({ channelNames: [names[channelOf(path)]] }),
  );
  expect((await imageXpress().index(storage)).channelNames).toEqual({ 1: "Hoechst", 2: "GFP" });
});

test("Harmony's images without their index have the names that the files give", async () => {
  const storage = fakeStorage(
    ["Images/r01c01f01p01-ch2sk1fk1fl1.tiff"],
    plane({ channelNames: ["Alexa 488"] }),
  );
  expect((await operaPhenix().index(storage)).channelNames).toEqual({ 2: "Alexa 488" });
});

const channels: readonly PagePlace[] = [0, 1].map((channel) => ({ z: 0, channel, timepoint: 0 }));

test("channels that are pages have the names of their pages", async () => {
  const storage = fakeStorage(
    ["A01.tif", "A02.tif"],
    plane({ shape: [2, 8, 10], pages: channels, channelNames: ["DAPI", undefined] }),
  );
  expect((await namePattern("{well}.tif").index(storage)).channelNames).toEqual({ 1: "DAPI" });
});

test("where files of several pages disagree, no name is taken, with a note", async () => {
  const storage = fakeStorage(["A01.tif", "A02.tif"], (path) =>
    plane({
      shape: [2, 8, 10],
      pages: channels,
      channelNames: ["DAPI", path === "A01.tif" ? "GFP" : "FITC"],
    }),
  );
  const { channelNames, notes } = await namePattern("{well}.tif").index(storage);
  expect(channelNames).toEqual({ 1: "DAPI" });
  expect(notes).toContain("Channel 2 has several names: GFP, FITC.");
});

test("pixel sizes that differ by a hundredth of a percent and more are several", async () => {
  const storage = fakeStorage(flat, (path) =>
    plane({ pixelSize: { x: channelOf(path) === "1" ? 0.325 : 0.3251, y: 0.325 } }),
  );
  expect((await imageXpress().index(storage)).pixelSize).toBeUndefined();
});

test("an abort while an image is described ends the indexing", async () => {
  const storage = fakeStorage(flat, () => {
    throw new PlatewrightError("cancelled", "Cancelled.");
  });
  await expect(imageXpress().index(storage)).rejects.toMatchObject({ code: "cancelled" });
});
