import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHostArray } from "@platewright/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { zarr } from "../src/index.ts";
import { digestsIn, filesIn } from "./files.ts";
import { imageOf, noisyArray } from "./images.ts";
import { checkOmeZarr } from "./ome-zarr-rules.ts";
import { compareImages, declareIn, joinIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";

describe.each(["0.4", "0.5"] as const)("a plate of OME-Zarr %s", (version) => {
  const declaration = { ...smallPlate, version };

  it("is opened as a plate like any other, with all that is known of it", async () => {
    const folder = temporaryFolder();
    const store = await declareIn(folder, declaration);
    await writeWells(store, ["A01", "H12"]);
    expect(await store.finish()).toEqual(["A/1", "H/12"]);
    const plate = await openAsPlate(folder);
    const { images, ...index } = plate.index;
    expect(index).toEqual({
      layout: "ome-zarr",
      name: "small",
      wells: ["A01", "H12"],
      projections: [],
      shape: [300, 280],
      dtype: "uint16",
      pixelSize: { x: 0.65, y: 0.65, unit: "µm" },
      channelNames: { 1: "DAPI", 2: "GFP" },
      plateDimensions: [8, 12],
      missing: [],
      notes: [],
    });
    expect(images[1]).toEqual({
      well: "A01",
      timepoint: "1",
      site: "1",
      channel: "1",
      z: "2",
      path: "A/1/0/0",
      plane: [0, 0, 1],
    });
    expect(images.map(({ site }) => site)).toContain("3");
    expect(await compareImages(plate)).toBe(16);
  });

  it("follows the rules of OME-Zarr, labels too", async () => {
    const folder = temporaryFolder();
    const store = await declareIn(folder, declaration);
    for (const well of ["A01", "B03"]) {
      const key = { well, timepoint: "1", site: "1", channel: "1", z: "1" };
      await store.writeLabels("nuclei", key, noisyArray([300, 280], "uint32"));
      await store.writeLabels("cells", key, noisyArray([300, 280], "uint16"));
    }
    await writeWells(store, ["A01", "B03"]);
    await store.finish();
    expect(checkOmeZarr(folder, version)).toEqual({
      plates: 1,
      wells: 2,
      images: 4,
      labels: 4,
      arrays: 4 * 2 + 4 * 2,
    });
    const storage = await zarr().open(folder, { readOnly: true });
    expect(await storage.readArray("A/1/0/labels/nuclei/0", { plane: [0, 0, 0] })).toEqual(
      noisyArray([300, 280], "uint32"),
    );
    expect(await storage.verify()).toMatchObject({ damages: [] });
  });

  it("lists planes that were not written as missing, and gives no pixels for them", async () => {
    const folder = temporaryFolder();
    const store = await declareIn(folder, declaration);
    await writeWells(
      store,
      ["A01"],
      [300, 280],
      ({ site, channel, z }) => site === "3" || channel === "1" || z === "1",
    );
    await store.finish();
    const plate = await openAsPlate(folder);
    expect(plate.index.images.length).toBe(7);
    expect(plate.index.missing).toEqual([{ well: "A01", timepoint: "1", site: "1", channel: "2", z: "2" }]);
    await expect(plate.backend.readArray?.("A/1/0/0", { plane: [0, 1, 1] })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("is the same to the byte whoever writes it, in whatever order, eight at once", async () => {
    const wells = ["A01", "A02", "A03", "B01", "B02", "B03", "C01", "C02"];
    const many = { ...declaration, wells, sites: ["1"] };
    const [alone, together, backwards] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const single = await declareIn(alone, many);
    await writeWells(single, wells, [90, 70]);
    await single.finish();
    await declareIn(together, many);
    const listed = await Promise.all(
      wells.map(async (well) => {
        const store = await joinIn(together);
        await writeWells(store, [well], [90, 70]);
        return await store.finish();
      }),
    );
    expect(Math.max(...listed.map(({ length }) => length))).toBe(8);
    const reverse = await declareIn(backwards, many);
    for (const well of [...wells].reverse()) await writeWells(reverse, [well], [90, 70]);
    await reverse.finish();
    expect(digestsIn(together)).toEqual(digestsIn(alone));
    expect(digestsIn(backwards)).toEqual(digestsIn(alone));
    expect(await compareImages(await openAsPlate(together), [90, 70])).toBe(32);
  });

  it("that was not finished is no plate; going on with it gives what one go gives", async () => {
    const [once, twice] = [temporaryFolder(), temporaryFolder()];
    const whole = await declareIn(once, declaration);
    await writeWells(whole, declaration.wells, [90, 70]);
    await whole.finish();
    const first = await declareIn(twice, declaration);
    await writeWells(first, ["A01"], [90, 70]);
    const key = { well: "B03", timepoint: "1", site: "1", channel: "1", z: "1" };
    await first.writePlane(key, imageOf(key, [64, 64]));
    await expect(openAsPlate(twice)).rejects.toMatchObject({
      code: expect.stringMatching(/plate|not-found/),
    });
    const second = await declareIn(twice, declaration);
    await writeWells(second, ["B03", "H12"], [90, 70]);
    await second.finish();
    expect(digestsIn(twice)).toEqual(digestsIn(once));
  });

  it("that is there is replaced only on purpose, and nothing beside it", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "tables"));
    writeFileSync(join(folder, "tables/cells.csv"), "well\nA01\n");
    const store = await declareIn(folder, declaration);
    await writeWells(store, declaration.wells, [90, 70]);
    await store.finish();
    await expect(declareIn(folder, declaration)).rejects.toMatchObject({ code: "exists" });
    const other = { ...declaration, name: "other", wells: ["C05"] };
    await expect(declareIn(folder, other)).rejects.toMatchObject({ code: "exists" });
    const replaced = await declareIn(folder, other, true);
    await writeWells(replaced, ["C05"], [90, 70]);
    await replaced.finish();
    expect((await openAsPlate(folder)).index.wells).toEqual(["C05"]);
    const names = [...filesIn(folder).keys()];
    expect(names).toContain("tables/cells.csv");
    expect(names.some((name) => name.startsWith("A/"))).toBe(false);
  });

  it("takes a well back", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    for (const [place, wells] of [
      [folder, declaration.wells],
      [other, ["A01", "H12"]],
    ] as const) {
      const store = await declareIn(place, declaration);
      await writeWells(store, wells, [90, 70]);
      await store.removeWell("B03");
      await store.finish();
    }
    const withoutRow = (files: ReadonlyMap<string, Buffer>) =>
      [...files].filter(([name]) => !name.startsWith("B/"));
    expect(withoutRow(filesIn(folder))).toEqual(withoutRow(filesIn(other)));
    expect((await openAsPlate(folder)).index.wells).toEqual(["A01", "H12"]);
  });
});

it("a plate's arrays open equal in Python's zarr, level for level", async () => {
  const folder = temporaryFolder();
  const declaration = { ...smallPlate, wells: ["A01"], sites: ["1"], codec: "zstd" as const };
  const store = await declareIn(folder, declaration);
  await writeWells(store, ["A01"], [601, 515]);
  await store.finish();
  const program = `
import sys, zarr, numpy
plate = zarr.open_group(sys.argv[1], mode="r")
well = plate.attrs["plate"]["wells"][0]["path"]
image = plate[well][plate[well].attrs["well"]["images"][0]["path"]]
levels = [image[d["path"]] for d in image.attrs["multiscales"][0]["datasets"]]
above = levels[0][:].astype(float)
for level in levels[1:]:
    assert level.shape[:3] == (1, 2, 2) and level.chunks[:3] == (1, 1, 1)
    edge = [(0, 0)] * 3 + [(0, n % 2) for n in above.shape[3:]]
    padded = numpy.pad(above, edge, constant_values=numpy.nan)
    blocks = numpy.stack([padded[..., y::2, x::2] for y in (0, 1) for x in (0, 1)])
    assert (level[:] == numpy.rint(numpy.nanmean(blocks, axis=0))).all()
    above = level[:].astype(float)
print([level.shape[3:] for level in levels])`;
  expect(runPython(program, [folder])).toBe("[(601, 515), (301, 258), (151, 129)]\n");
});

describe("what can't be written is said", () => {
  it.each([
    [{ wells: [] }, "it declares no wells"],
    [{ wells: ["A01", "A01"] }, 'it declares "A01" twice'],
    [{ wells: ["Q99"], plateDimensions: [8, 12] as const }, "does not lie on a plate of 8 × 12 wells"],
    [{ wells: ["here"] }, '"here" names no well'],
    [{ codec: "zlib" as const, version: "0.5" as const }, 'knows no codec "zlib"'],
    [{ codec: "lzma" as never }, 'there is no codec "lzma"'],
    [{ version: "0.9" as never }, "there is no OME-Zarr 0.9"],
    [{ channels: [{ value: "1", color: "red" }] }, '"red" is no colour'],
  ])("%j", async (change, sentence) => {
    const declaring = declareIn(temporaryFolder(), { ...smallPlate, ...change });
    await expect(declaring).rejects.toMatchObject({ code: "parameter" });
    await expect(declaring).rejects.toThrow(sentence);
  });

  it("images that were not declared or are not alike", async () => {
    const store = await declareIn(temporaryFolder(), { ...smallPlate, dtype: "uint16" });
    const key = { well: "A01", timepoint: "1", site: "1", channel: "1", z: "1" };
    const image = imageOf(key, [20, 20]);
    await expect(store.writePlane({ ...key, well: "C01" }, image)).rejects.toMatchObject({
      code: "parameter",
    });
    for (const change of [{ z: "9" }, { site: "2" }, { channel: "x" }, { timepoint: "0" }])
      await expect(store.writePlane({ ...key, ...change }, image)).rejects.toMatchObject({
        code: "parameter",
      });
    await store.writePlane(key, image);
    for (const other of [noisyArray([20, 21], "uint16"), createHostArray([20, 20], "uint8")])
      await expect(store.writePlane({ ...key, z: "2" }, other)).rejects.toMatchObject({ code: "array" });
    await expect(store.writeLabels("a/b", key, image)).rejects.toMatchObject({ code: "parameter" });
    await expect(store.writeLabels("a", key, noisyArray([20, 20], "float32"))).rejects.toMatchObject({
      code: "dtype",
    });
  });

  it("a plate that nobody declared", async () => {
    await expect(joinIn(temporaryFolder())).rejects.toMatchObject({ code: "not-found" });
  });
});
