import { describe, expect, it } from "vitest";
import { omeZarr } from "../src/index.ts";
import { asVersion5, type FakePlate, fakePlate, storageOf } from "./ome-zarr-plate.ts";

const layout = omeZarr();

describe.each([
  ["0.4", fakePlate],
  ["0.5", () => asVersion5(fakePlate())],
])("a plate of OME-Zarr %s", (_, make) => {
  it("is found by its own metadata and indexed", async () => {
    const storage = storageOf(make());
    expect(await layout.detect(storage)).toMatch(/^"plate" in "(\.zattrs|zarr\.json)"$/);
    const { images, ...index } = await layout.index(storage);
    expect(index).toEqual({
      layout: "ome-zarr",
      name: "seven",
      wells: ["A01", "B03"],
      projections: [],
      shape: [64, 80],
      dtype: "uint16",
      pixelSize: { x: 0.25, y: 0.5, unit: "µm" },
      channelNames: { 1: "DAPI", 2: "GFP" },
      plateDimensions: [2, 3],
      missing: [],
      notes: [],
    });
    expect(images.length).toBe(2 * 2 * 3);
    expect(images.at(-1)).toEqual({
      well: "B03",
      timepoint: "1",
      site: "1",
      channel: "2",
      z: "3",
      path: "B/3/0/0",
      plane: [0, 1, 2],
    });
  });
});

describe("what older versions and other software write", () => {
  it("0.1 to 0.3: axes without names or types, wells without indices, no scale", async () => {
    for (const axes of [undefined, ["t", "c", "z", "y", "x"]]) {
      const plate = change(({ documents }) => {
        for (const well of documents[".zattrs"].plate.wells) {
          delete well.rowIndex;
          delete well.columnIndex;
        }
        for (const well of ["A/1", "B/3"]) {
          const [multiscale] = documents[`${well}/0/.zattrs`].multiscales;
          multiscale.version = axes ? "0.3" : "0.1";
          multiscale.axes = axes;
          for (const dataset of multiscale.datasets) delete dataset.coordinateTransformations;
        }
      });
      const index = await layout.index(storageOf(plate));
      expect(index.images.length).toBe(12);
      expect(index).not.toHaveProperty("pixelSize");
    }
  });

  it("images without t, c or z have one of each", async () => {
    const plate = change(({ documents, arrays }) => {
      for (const well of ["A/1", "B/3"]) {
        const [multiscale] = documents[`${well}/0/.zattrs`].multiscales;
        multiscale.axes = multiscale.axes.slice(-3);
        for (const { coordinateTransformations } of multiscale.datasets)
          coordinateTransformations[0].scale = coordinateTransformations[0].scale.slice(-3);
        delete documents[`${well}/0/.zattrs`].omero;
        for (const level of ["0", "1"]) arrays[`${well}/0/${level}`] = [3, 64, 80];
      }
    });
    const index = await layout.index(storageOf(plate));
    expect(index.images.slice(0, 3).map(({ z, plane }) => [z, plane])).toEqual([
      ["1", [0]],
      ["2", [1]],
      ["3", [2]],
    ]);
    expect(index).not.toHaveProperty("channelNames");
  });

  it("fields are numbered by their folders where these are numbers, and may differ from well to well", async () => {
    const plate = change(({ documents, arrays }) => {
      documents["A/1/.zattrs"].well.images = [{ path: "4" }, { path: "0" }];
      documents["A/1/4/.zattrs"] = documents["A/1/0/.zattrs"];
      for (const level of ["0", "1"]) arrays[`A/1/4/${level}`] = arrays[`A/1/0/${level}`] ?? [];
    });
    const { images } = await layout.index(storageOf(plate));
    expect([...new Set(images.map(({ well, site }) => `${well} ${site}`))]).toEqual([
      "A01 1",
      "A01 5",
      "B03 1",
    ]);
  });

  it("wells and fields that are listed and not there are told, and the others are read", async () => {
    const plate = change(({ documents, arrays }) => {
      documents[".zattrs"].plate.wells.push({ path: "A/3", rowIndex: 0, columnIndex: 2 });
      documents["B/3/.zattrs"].well.images = [{ path: "0" }, { path: "1" }];
      delete documents["A/1/.zattrs"];
      for (const level of ["0", "1"]) delete arrays[`A/1/0/${level}`];
    });
    const { wells, images, missing, notes } = await layout.index(storageOf(plate));
    expect(wells).toEqual(["B03"]);
    expect(images).toHaveLength(6);
    expect(missing).toEqual(
      ["1", "2"].flatMap((channel) =>
        ["1", "2", "3"].map((z) => ({ well: "B03", site: "2", channel, z, timepoint: "1" })),
      ),
    );
    expect(notes).toEqual([
      '2 wells listed in ".zattrs" are not there, such as "A/1".',
      '1 field listed in a well\'s metadata is not there, such as "B/3/1".',
    ]);
  });

  it("planes that a channel has in no field were never taken", async () => {
    const plate = change(({ documents }) => {
      for (const well of ["A/1", "B/3"])
        documents[`${well}/0/.zattrs`].platewright = {
          missing: [
            [0, 1, 1],
            [0, 1, 2],
          ],
        };
    });
    const { images, missing, notes } = await layout.index(storageOf(plate));
    expect(images).toHaveLength(8);
    expect(missing).toEqual([]);
    expect(notes.join()).toContain("Channel 2 has 1 instead of 3 z planes throughout");
  });

  it("a channel or plane that a whole well has nowhere is no gap of the well, and told", async () => {
    const without = (planes: readonly (readonly number[])[]): ReturnType<typeof change> =>
      change(({ documents }) => {
        documents["B/3/0/.zattrs"].platewright = { missing: planes };
      });
    const uneven = await layout.index(storageOf(without([0, 1, 2].map((z) => [0, 1, z]))));
    expect(uneven.images.filter(({ well }) => well === "B03").map(({ channel, z }) => [channel, z])).toEqual([
      ["1", "1"],
      ["1", "2"],
      ["1", "3"],
    ]);
    expect(uneven.missing).toEqual([]);
    expect(uneven.notes).toContain(
      "1 of 2 wells has fewer channels than others, such as B03: 1 instead of 2.",
    );
    const plane = await layout.index(storageOf(without([0, 1].map((c) => [0, c, 2]))));
    expect(plane.missing).toEqual([]);
    expect(plane.notes.join()).toContain("fewer z planes than others, such as B03: 2 instead of 3.");
    const gap = await layout.index(storageOf(without([[0, 1, 2]])));
    expect(gap.missing).toEqual([{ well: "B03", site: "1", channel: "2", z: "3", timepoint: "1" }]);
  });

  it("a scale of the whole image and other units count", async () => {
    const plate = change(({ documents }) => {
      for (const well of ["A/1", "B/3"]) {
        const [multiscale] = documents[`${well}/0/.zattrs`].multiscales;
        multiscale.coordinateTransformations = [{ type: "scale", scale: [1, 1, 1, 2, 4] }];
        for (const axis of multiscale.axes.slice(-2)) axis.unit = "nanometer";
      }
    });
    const { pixelSize } = await layout.index(storageOf(plate));
    expect(pixelSize).toEqual({ x: 0.001, y: 0.001, unit: "µm" });
  });

  it("indices that contradict the path are noted, and the path is followed", async () => {
    const plate = change(({ documents }) => {
      documents[".zattrs"].plate.wells[1].rowIndex = 0;
    });
    const { wells, notes } = await layout.index(storageOf(plate));
    expect(wells).toEqual(["A01", "B03"]);
    expect(notes.join(" ")).toContain('places well "B/3" at row 0');
  });

  it("rows that do not begin at A say nothing of the physical plate", async () => {
    const plate = change(({ documents }) => {
      documents[".zattrs"].plate.rows = [{ name: "B" }, { name: "A" }];
    });
    expect(await layout.index(storageOf(plate))).not.toHaveProperty("plateDimensions");
  });
});

describe("invalid metadata is refused with the reason", () => {
  it.each<[string, (plate: FakePlate) => void, string]>([
    [
      "no wells",
      ({ documents }) => (documents[".zattrs"].plate.wells = []),
      "plate.wells is no list with an entry",
    ],
    [
      "rows without names",
      ({ documents }) => (documents[".zattrs"].plate.rows = [{}]),
      "plate.rows[0].name is missing",
    ],
    [
      "a row twice",
      ({ documents }) => documents[".zattrs"].plate.rows.push({ name: "A" }),
      "two of plate.rows have one name",
    ],
    [
      "a well elsewhere",
      ({ documents }) => (documents[".zattrs"].plate.wells[0].path = "../A"),
      "no row and column of the plate",
    ],
    [
      "a well in no row",
      ({ documents }) => (documents[".zattrs"].plate.wells[0].path = "C/1"),
      "no row and column of the plate",
    ],
    [
      "a well twice",
      ({ documents }) => (documents[".zattrs"].plate.wells[1].path = "A/1"),
      "lists well A01 twice",
    ],
    [
      "an index below 0",
      ({ documents }) => (documents[".zattrs"].plate.wells[0].rowIndex = -1),
      "has the index -1",
    ],
    ["a well that is none", ({ documents }) => (documents["B/3/.zattrs"] = {}), "well is no object"],
    ["no images", ({ documents }) => (documents["B/3/.zattrs"].well.images = []), "well.images is no list"],
    [
      "no field's group",
      ({ documents }) => {
        for (const well of ["A/1", "B/3"]) delete documents[`${well}/0/.zattrs`];
      },
      "lists wells of which none has an image that is there",
    ],
    [
      "no multiscales",
      ({ documents }) => (documents["A/1/0/.zattrs"].multiscales = []),
      "multiscales is no list with an entry",
    ],
    ["no axes in 0.4", ({ documents }) => delete image(documents).axes, "axes is missing"],
    ["x before y", ({ documents }) => image(documents).axes.reverse(), "the last two of an image are y, x"],
    [
      "an axis twice",
      ({ documents }) => (image(documents).axes[0] = image(documents).axes[1]),
      "have one name",
    ],
    [
      "an axis of another type",
      ({ documents }) => (image(documents).axes[0].type = "space"),
      'is of type "space", not "time"',
    ],
    [
      "a strange axis",
      ({ documents }) => (image(documents).axes[0] = { name: "phase" }),
      'its axis "phase" is none of',
    ],
    ["no datasets", ({ documents }) => (image(documents).datasets = []), "datasets is no list"],
    [
      "a dataset without path",
      ({ documents }) => (image(documents).datasets[1] = {}),
      "datasets[1].path is missing",
    ],
    [
      "a dataset twice",
      ({ documents }) => (image(documents).datasets[1].path = "0"),
      "two of its datasets have one path",
    ],
    [
      "too short a scale",
      ({ documents }) => image(documents).datasets[0].coordinateTransformations[0].scale.pop(),
      "no list of 5 numbers",
    ],
    [
      "a scale of 0",
      ({ documents }) => (image(documents).datasets[1].coordinateTransformations[0].scale[4] = 0),
      "numbers above 0",
    ],
    [
      "another rank",
      ({ arrays }) => (arrays["A/1/0/0"] = [2, 3, 64, 80]),
      "has 4 axes (2, 3, 64, 80), and 5 are named",
    ],
    ["another rank below", ({ arrays }) => (arrays["A/1/0/1"] = [64, 80]), 'its array "1" has 2 axes'],
    [
      "too many planes",
      ({ arrays }) => (arrays["A/1/0/0"] = [1e6, 1e6, 1e6, 8, 8]),
      "would hold 1000000000000000000 images",
    ],
    [
      "an array missing",
      ({ arrays }) => delete arrays["B/3/0/0"],
      'names the array "B/3/0/0", and there is none',
    ],
    [
      "a smaller array missing",
      ({ arrays }) => delete arrays["B/3/0/1"],
      'names the array "B/3/0/1", and there is none',
    ],
    ["no JSON", ({ documents }) => (documents["A/1/.zattrs"] = "{"), '"A/1/.zattrs" is no valid JSON'],
    ["no object", ({ documents }) => (documents["A/1/.zattrs"] = "[]"), "it holds no JSON object"],
  ])("%s", async (_, alter, reason) => {
    const indexing = layout.index(storageOf(change(alter)));
    await expect(indexing).rejects.toMatchObject({ code: "plate" });
    await expect(indexing).rejects.toThrow(reason);
  });
});

describe("what is no plate", () => {
  it("a single image is claimed, and refused as what it is", async () => {
    const field = fakePlate().documents["A/1/0/.zattrs"];
    const storage = storageOf({ documents: { ".zattrs": field }, arrays: {} });
    expect(await layout.detect(storage)).toBe('"multiscales" in ".zattrs"');
    await expect(layout.index(storage)).rejects.toThrow("is a single OME-Zarr image, not a plate");
    const empty = storageOf({ documents: { ".zattrs": { multiscales: [] } }, arrays: {} });
    await expect(layout.index(empty)).rejects.toThrow("is no valid OME-Zarr: multiscales is no list");
  });

  it("other Zarr is not claimed", async () => {
    const group = { zarr_format: 3, node_type: "group", attributes: {} };
    expect(await layout.detect(storageOf({ documents: { "zarr.json": group }, arrays: {} }))).toBeUndefined();
    expect(
      await layout.detect(storageOf({ documents: { ".zattrs": { title: "x" } }, arrays: {} })),
    ).toBeUndefined();
    expect(await layout.detect(storageOf({ documents: {}, arrays: {} }))).toBeUndefined();
  });

  it("a plate in a storage that reads no Zarr says which does", async () => {
    await expect(layout.index(storageOf(fakePlate(), "disk"))).rejects.toThrow('with the storage "zarr"');
  });
});

function change(alter: (plate: FakePlate) => void): FakePlate {
  const plate: FakePlate = JSON.parse(JSON.stringify(fakePlate()));
  alter(plate);
  return plate;
}

/** The multiscale of the first field. */
function image(documents: FakePlate["documents"]) {
  return documents["A/1/0/.zattrs"].multiscales[0];
}
