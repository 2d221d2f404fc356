import { isPlatewrightError } from "@platewright/core";
import { describe, expect, it, test } from "vitest";
import { imageXpress } from "../src/index.ts";
import { fakeStorage } from "./fake-storage.ts";
import { htdOf } from "./htd-text.ts";

const layout = imageXpress();
const guid = "17654C10-92F1-4DFD-98AA-6A01BBD77557";

/** Every file of an exported plate. */
function exported(
  wells: readonly string[],
  sites: number,
  channels: number,
  steps: readonly number[],
): string[] {
  return wells.flatMap((well) =>
    steps.flatMap((z) =>
      Array.from({ length: sites * channels }, (_, i) => {
        const name = `9987_${well}_s${1 + Math.floor(i / channels)}_w${1 + (i % channels)}.TIF`;
        return `TimePoint_1/ZStep_${z}/${name}`;
      }),
    ),
  );
}

const promise = htdOf({
  wells: ["B02", "B03"],
  sites: [1, 2],
  channels: ["DAPI", "FITC", "Texas Red", "Cy5"],
  z: 3,
  timepoints: 1,
});

function plate(
  paths: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...Object.fromEntries(paths.map((path) => [path, ""])), ...extra };
}

test("an exported plate is indexed by its names and its HTD file", async () => {
  const files = plate(exported(["B02", "B03"], 2, 3, [0, 1, 2]), {
    "9987.HTD": promise,
    "TimePoint_1/9987.HTD": promise,
    "TimePoint_1/ZStep_1/9987.HTD": promise,
  });
  const storage = fakeStorage(files, { shape: [256, 256], dtype: "uint16", pixelSize: { x: 1.5, y: 1.5 } });
  expect(await layout.detect(storage)).toBe('HTD file "9987.HTD"');
  const index = await layout.index(storage);
  expect(index).toMatchObject({
    layout: "imagexpress",
    name: "plate-7",
    wells: ["B02", "B03"],
    shape: [256, 256],
    dtype: "uint16",
    pixelSize: { x: 1.5, y: 1.5, unit: "µm" },
    channelNames: { 1: "DAPI", 2: "FITC", 3: "Texas Red" },
    gridDimensions: [1, 2],
    plateDimensions: [8, 12],
    notes: ["The HTD file promises 4 channels and 3 z steps; 3 channels and 2 z steps are on the disk."],
  });
  expect(index.channelNames).not.toHaveProperty("4");
  expect(index.images).toHaveLength(24);
  expect(index.images[0]).toEqual({
    ...{ well: "B02", site: "1", channel: "1", z: "1", timepoint: "1" },
    path: "TimePoint_1/ZStep_1/9987_B02_s1_w1.TIF",
  });
  expect(index.projections).toHaveLength(12);
  expect(index.projections.every(({ path }) => path.includes("ZStep_0"))).toBe(true);
  // 2 wells × 2 sites × 4 channels × 3 steps are promised.
  expect(index.missing).toHaveLength(48 - 24);
  expect(index.missing.every(({ channel, z }) => channel === "4" || z === "3")).toBe(true);
});

test("images beside ZStep folders are projections", async () => {
  const paths = [...exported(["B02"], 1, 1, [1, 2]), "TimePoint_1/9987_B02_s1_w1.TIF"];
  const { images, projections } = await layout.index(fakeStorage(paths));
  expect(images.map(({ z }) => z)).toEqual(["1", "2"]);
  expect(projections.map(({ path }) => path)).toEqual(["TimePoint_1/9987_B02_s1_w1.TIF"]);
});

test("a plate of one site and one channel leaves both out of its names", async () => {
  const { images } = await layout.index(
    fakeStorage(["TimePoint_1/9987_B02.TIF", "TimePoint_2/9987_B02.TIF"]),
  );
  expect(images.map(({ site, channel, z, timepoint }) => [site, channel, z, timepoint])).toEqual([
    ["1", "1", "1", "1"],
    ["1", "1", "1", "2"],
  ]);
});

test("components are ordered by number", async () => {
  const paths = [1, 2, 10].flatMap((t) => [1, 2, 10].map((z) => `TimePoint_${t}/ZStep_${z}/x_A01.TIF`));
  const { images } = await layout.index(fakeStorage(paths));
  expect(images.map(({ timepoint, z }) => `${timepoint}/${z}`)).toEqual(
    ["1", "2", "10"].flatMap((t) => ["1", "2", "10"].map((z) => `${t}/${z}`)),
  );
});

const flatNames = ["A01", "A02"].flatMap((well) =>
  [1, 2].flatMap((site) => [1, 2].flatMap((z) => [1, 2].map((w) => `${well}_s${site}_w${w}_z${z}_t1.tif`))),
);

test.each([
  ["at the root", ""],
  ["in a TimePoint folder", "TimePoint_1/"],
])("flat names are indexed %s, with and without an HTD file", async (_, folder) => {
  const paths = flatNames.map((name) => folder + name);
  const bare = await layout.index(fakeStorage(paths));
  expect(bare.wells).toEqual(["A01", "A02"]);
  expect(bare.images).toHaveLength(16);
  expect(bare.missing).toEqual([]);
  expect(bare).not.toHaveProperty("gridDimensions");
  const htd = htdOf({ wells: ["A01", "A02"], sites: [2, 1], channels: ["a", "b"], z: 2, timepoints: 1 });
  const full = await layout.index(fakeStorage(plate(paths, { "plate.HTD": htd })));
  expect(full).toMatchObject({
    gridDimensions: [2, 1],
    channelNames: { 1: "a", 2: "b" },
    missing: [],
    notes: [],
  });
  expect(full.images).toEqual(bare.images);
});

test("without metadata the gaps of a well's own cross product are missing", async () => {
  const { missing } = await layout.index(
    fakeStorage(flatNames.filter((name) => name !== "A02_s2_w1_z2_t1.tif")),
  );
  expect(missing).toEqual([{ well: "A02", site: "2", channel: "1", z: "2", timepoint: "1" }]);
});

test("a well that the HTD file promises and the disk lacks is missing, and no well of the plate", async () => {
  const htd = htdOf({
    wells: ["A01", "A02", "H12"],
    sites: [2, 1],
    channels: ["a", "b"],
    z: 2,
    timepoints: 1,
  });
  const index = await layout.index(fakeStorage(plate(flatNames, { "plate.HTD": htd })));
  expect(index.wells).toEqual(["A01", "A02"]);
  expect(index.missing).toHaveLength(8);
  expect(index.missing.every(({ well }) => well === "H12")).toBe(true);
  expect(index.notes).toEqual(["The HTD file promises 3 wells; 2 wells are on the disk."]);
});

test("where the disk holds more than promised, the grid is left out and gaps are still found", async () => {
  const htd = htdOf({ wells: ["A01", "A02"], sites: [1, 1], channels: ["a", "b"], z: 2, timepoints: 1 });
  const paths = flatNames.filter((name) => name !== "A02_s2_w1_z2_t1.tif");
  const index = await layout.index(fakeStorage(plate(paths, { "plate.HTD": htd })));
  expect(index).not.toHaveProperty("gridDimensions");
  expect(index.notes).toEqual(["The HTD file promises 1 site; 2 sites are on the disk."]);
  expect(index.missing).toEqual([{ well: "A02", site: "2", channel: "1", z: "2", timepoint: "1" }]);
});

test("sites numbered by their place in the grid are told from sites counted over the selection", async () => {
  const htd = '"XSites", 2\n"YSites", 2\n"SiteSelection1", FALSE, TRUE\n"SiteSelection2", TRUE, FALSE\n';
  const byPlace = await layout.index(fakeStorage({ "p.HTD": htd, "A01_s2.tif": "", "A01_s3.tif": "" }));
  const counted = await layout.index(fakeStorage({ "p.HTD": htd, "A01_s1.tif": "", "A01_s2.tif": "" }));
  for (const index of [byPlace, counted]) {
    expect(index.missing).toEqual([]);
    expect(index).not.toHaveProperty("gridDimensions");
    expect(index.notes.join()).toContain("2 × 2");
  }
});

test("a promise too long to list is cut and said so", async () => {
  const htd = '"TimePoints", 90000\n"ZSteps", 100\n"NWavelengths", 4\n';
  const { missing, notes } = await layout.index(fakeStorage({ "p.HTD": htd, "A01_s1_w1_z1.tif": "" }));
  expect(missing).toHaveLength(1_000_000);
  expect(notes.join()).toContain("35999999 images are missing");
});

test("a database plate is found by date, number and GUID; its thumbnails are left aside", async () => {
  const base = "2020-01-31/1234/TimePoint_1";
  const paths = [
    `${base}/x_B02_s1_w1${guid}.tif`,
    `${base}/x_B02_s1_w1_thumb${guid}.tif`,
    `${base}/ZStep_1/x_B02_s1_w1${guid}.tif`,
    `${base}/ZStep_2/x_B02_s1_w1${guid}.tif`,
    `${base}/ZStep_2/x_B02_s1_w1_thumb${guid}.tif`,
  ];
  const storage = fakeStorage(paths);
  expect(await layout.detect(storage)).toContain("named as ImageXpress");
  const index = await layout.index(storage);
  expect(index.images.map(({ z }) => z)).toEqual(["1", "2"]);
  expect(index.projections.map(({ path }) => path)).toEqual([paths[0]]);
  expect(index.notes).toEqual(["2 thumbnails left aside."]);
});

test("several plates of a database are an error that names them", async () => {
  const paths = [1, 2].map((id) => `2020-01-31/${id}/x_B02_s1_w1${guid}.tif`);
  await expect(layout.index(fakeStorage(paths))).rejects.toThrow(
    /2 plates: "2020-01-31\/1", "2020-01-31\/2"/,
  );
});

test("two files for one image are an error that names both", async () => {
  const storage = fakeStorage(["A01_s1_w1.tif", "A01_s001_w1.tif"]);
  const error = await Promise.resolve(layout.index(storage)).catch((thrown: unknown) => thrown);
  expect(isPlatewrightError(error, "plate")).toBe(true);
  expect(String(error)).toMatch(/"A01_s001_w1.tif".*"A01_s1_w1.tif"|"A01_s1_w1.tif".*"A01_s001_w1.tif"/);
});

test("a name that contradicts its folder is an error", async () => {
  await expect(layout.index(fakeStorage(["TimePoint_2/A01_s1_t1.tif"]))).rejects.toThrow(
    /timepoint 2.*timepoint 1/,
  );
  await expect(layout.index(fakeStorage(["TimePoint_1/ZStep_2/A01_z1.tif"]))).rejects.toThrow(/z 2.*z 1/);
});

test("images under another plate's name are left aside where the HTD file says which are its own", async () => {
  const files = ["TimePoint_1/9987_B02.TIF", "TimePoint_1/overlay_B02.TIF"];
  const htd = htdOf({ wells: ["B02"], sites: [1, 1], channels: ["a"], z: 1, timepoints: 1 });
  const { images, notes } = await layout.index(fakeStorage(plate(files, { "9987.HTD": htd })));
  expect(images.map(({ path }) => path)).toEqual([files[0]]);
  expect(notes.join()).toContain("overlay_B02.TIF");
  await expect(layout.index(fakeStorage(files))).rejects.toThrow(/2 different names/);
});

test("HTD files that disagree beside each other are an error, a copy further down a note", async () => {
  const [one, two] = [1, 2].map((z) =>
    htdOf({ wells: ["A01"], sites: [1, 1], channels: ["a"], z, timepoints: 1 }),
  );
  const image = "TimePoint_1/A01_s1.tif";
  await expect(
    layout.index(fakeStorage(plate([image], { "a.HTD": one ?? "", "b.HTD": two ?? "" }))),
  ).rejects.toThrow(/"a.HTD" and "b.HTD"/);
  const { notes } = await layout.index(
    fakeStorage(plate([image], { "a.HTD": one ?? "", "TimePoint_1/a.HTD": two ?? "" })),
  );
  expect(notes).toEqual([
    'The HTD file "TimePoint_1/a.HTD" says something else than "a.HTD", which was taken.',
  ]);
});

test("a well outside the physical plate is noted", async () => {
  const htd = htdOf({ wells: ["A01"], sites: [1, 1], channels: ["a"], z: 1, timepoints: 1 });
  const { notes } = await layout.index(fakeStorage(plate(["A01_s1.tif", "P24_s1.tif"], { "a.HTD": htd })));
  expect(notes.join(" ")).toContain("P24, lies outside the plate of 8 × 12 wells");
});

test("what an operating system leaves in a folder is no image and no other file", async () => {
  const files = ["A01_s1_w1.tif", "._A01_s1_w1.tif", ".DS_Store", "Thumbs.db", "__MACOSX/._A01_s1_w1.tif"];
  const { images, notes } = await layout.index(fakeStorage(files));
  expect(images.map(({ path }) => path)).toEqual(["A01_s1_w1.tif"]);
  expect(notes).toEqual([]);
});

test("wells with fewer sites than others are told where no metadata says how many there should be", async () => {
  const files = ["A01_s1_w1.tif", "A01_s3_w1.tif", ...[1, 2, 3].map((site) => `A02_s${site}_w1.tif`)];
  const { missing, notes } = await layout.index(fakeStorage(files));
  expect(missing).toEqual([]);
  expect(notes).toEqual(["1 of 2 wells has fewer sites than others, such as A01: 2 instead of 3."]);
});

test("an HTD file that can't be read is left aside for its copy, or for the images alone", async () => {
  const files = { "p.HTD": "", "TimePoint_1/p_B02_s1_w1.TIF": "" };
  const alone = await layout.index(fakeStorage(files));
  expect(alone.images).toHaveLength(1);
  expect(alone.notes).toEqual([
    expect.stringMatching(/^The HTD file "p.HTD" is left aside: .*none of the keys/),
  ]);
  const copy = '"TimePoints", 1\n"NWavelengths", 1\n"WaveName1", "DAPI"\n';
  const named = await layout.index(fakeStorage({ ...files, "TimePoint_1/p.HTD": copy }));
  expect(named.channelNames).toEqual({ 1: "DAPI" });
});

test("images of which none can be described have one reason, and say each file's name once", async () => {
  const storage = fakeStorage(["A01_s1.tif", "A02_s1.tif", "A03_s1.tif"], (path) => {
    throw new Error(`"${path}" holds RGB colour, which is not read.`);
  });
  const { notes } = await layout.index(storage);
  expect(notes).toEqual([
    '"A01_s1.tif" holds RGB colour, which is not read.',
    "Nor can the 2 images after it be described.",
  ]);
});

test("a folder of projections lacks no z step, whatever the HTD file beside them promises", async () => {
  const htd = '"TimePoints", 1\n"ZSeries", TRUE\n"ZSteps", 3\n"NWavelengths", 2\n';
  const { missing, notes } = await layout.index(fakeStorage({ "p.HTD": htd, "p_B02_s1_w1.TIF": "" }));
  expect(missing).toEqual([{ well: "B02", site: "1", channel: "2", z: "1", timepoint: "1" }]);
  expect(notes).toEqual([
    "The HTD file promises 2 channels and 3 z steps; 1 channel and 1 z step are on the disk.",
  ]);
});

describe("a channel with one plane beside a stack", () => {
  const stacks = ["B02", "C03"].flatMap((well) => [
    ...[1, 2, 3].map((z) => `${well}_s1_w1_z${z}.tif`),
    `${well}_s1_w2_z1.tif`,
  ]);
  const note =
    "Channel 2 has 1 instead of 3 z planes throughout, so that none of the others counts as missing.";

  it("lacks nothing, with and without an HTD file", async () => {
    const htd = '"TimePoints", 1\n"ZSeries", TRUE\n"ZSteps", 3\n"NWavelengths", 2\n';
    for (const files of [stacks, { "p.HTD": htd, ...Object.fromEntries(stacks.map((name) => [name, ""])) }]) {
      const { missing, notes } = await layout.index(fakeStorage(files));
      expect(missing).toEqual([]);
      expect(notes).toEqual([note]);
    }
  });

  it("lacks what it has at another site", async () => {
    const { missing } = await layout.index(fakeStorage([...stacks, "B02_s1_w2_z3.tif"]));
    expect(missing).toEqual([{ well: "C03", site: "1", channel: "2", z: "3", timepoint: "1" }]);
  });

  it("lacks nothing where it is the only site", async () => {
    const { missing, notes } = await layout.index(
      fakeStorage(stacks.filter((name) => name.startsWith("B02"))),
    );
    expect(missing).toEqual([]);
    expect(notes).toEqual([note]);
  });
});

test("other files are counted with an example", async () => {
  const { notes } = await layout.index(fakeStorage(["A01_s1.tif", "LICENSE", "notes/readme.txt"]));
  expect(notes).toEqual([
    '2 files were left aside, not named as ImageXpress names images, such as "LICENSE".',
  ]);
});

test("shape and dtype are left out, with a note, where no image can be described", async () => {
  const storage = {
    ...fakeStorage(["A01_s1.tif"]),
    describeArray: () => Promise.reject(new Error("damaged")),
  };
  const index = await layout.index(storage);
  expect(index).not.toHaveProperty("shape");
  expect(index).not.toHaveProperty("dtype");
  expect(index.notes).toEqual(['"A01_s1.tif" cannot be described: damaged']);
});

test("a plate of projections alone is an error that says what to do", async () => {
  await expect(layout.index(fakeStorage(["TimePoint_1/ZStep_0/x_A01.TIF"]))).rejects.toThrow(
    /projections alone/,
  );
});

test("a folder without images is an error", async () => {
  await expect(layout.index(fakeStorage(["a.txt"]))).rejects.toThrow(/holds no image/);
});

test("an aborted signal ends the index", async () => {
  const signal = AbortSignal.abort();
  await expect(layout.index(fakeStorage(flatNames), { signal })).rejects.toMatchObject({ code: "cancelled" });
});

test("sites that fit both ways of numbering are counted over the selection", async () => {
  const htd = '"XSites", 2\n"YSites", 2\n"SiteSelection1", FALSE, TRUE\n"SiteSelection2", TRUE, FALSE\n';
  const { missing } = await layout.index(fakeStorage({ "p.HTD": htd, "A01_s2.tif": "" }));
  expect(missing.map(({ site }) => site)).toEqual(["1"]);
});

test.each(["I01", "H13"])("the well %s lies just outside a plate of 96", async (well) => {
  const htd = htdOf({ wells: ["A01"], sites: [1, 1], channels: ["a"], z: 1, timepoints: 1 });
  const files = plate(["A01_s1.tif", "H12_s1.tif", `${well}_s1.tif`], { "a.HTD": htd });
  const { notes } = await layout.index(fakeStorage(files));
  expect(notes.join(" ")).toContain(`1 well, such as ${well}, lies outside`);
});

test("an image beside ZStep folders whose name tells its plane is no projection", async () => {
  const { images, projections } = await layout.index(
    fakeStorage(["TimePoint_1/ZStep_1/x_A01_s1.tif", "TimePoint_1/x_A01_s1_z2.tif"]),
  );
  expect(images.map(({ z }) => z)).toEqual(["1", "2"]);
  expect(projections).toEqual([]);
});
