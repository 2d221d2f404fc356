import { createPlatewright, type PlateIndex, type PlateLayout } from "@platewright/core";
import { describe, expect, test } from "vitest";
import { createBench, putPlate } from "../support/plate.ts";
import { createFakeDisk } from "../support/storage.ts";

test("a plate is opened by the layout that finds its own files, and is frozen", async () => {
  const { plate, disk } = await createBench();
  expect(plate).toMatchObject({
    kind: "plate",
    location: "/plates/test",
    storage: "disk",
    index: { layout: "test", wells: ["A01", "A02"] },
  });
  expect(Object.isFrozen(plate.index.images[0])).toBe(true);
  expect(plate.backend.writeArray).toBeUndefined();
  expect([disk.reads, disk.writes]).toEqual([[], []]);
});

test("a plate that no layout or more than one claims is an error that names them", async () => {
  const disk = createFakeDisk();
  const layout = putPlate(disk);
  const other: PlateLayout = { ...layout, name: "other", detect: () => "a feeling" };
  const pw = createPlatewright(disk.provider, layout, other);
  await expect(pw.openPlate("/plates/test")).rejects.toThrow(
    '"/plates/test" is claimed by test (plate.json) and other (a feeling). Say which by --layout test or { layout: "test" }.',
  );
  expect((await pw.openPlate("/plates/test", { layout: "other" })).index.layout).toBe("test");
  expect((await pw.openPlate("/plates/test", { layout })).index.layout).toBe("test");
  await expect(pw.openPlate("/plates/test", { layout: "third" })).rejects.toThrow(
    'There is no plate layout "third". Installed: test, other.',
  );
  await expect(createPlatewright(disk.provider, layout).openPlate("/plates/none")).rejects.toThrow(
    '"/plates/none" is a plate of no known layout (test). Say how its files are named, by --pattern "{well}_s{site}_w{channel}.tif" or { layout: namePattern("…") }, or give the folder that holds the plate.',
  );
  await expect(createPlatewright(disk.provider).openPlate("/plates/test")).rejects.toThrow(
    '"/plates/test" is a plate of no known layout (none is installed).',
  );
});

test("a storage that is not installed is an error that lists those that are", async () => {
  const pw = createPlatewright(createFakeDisk().provider);
  await expect(pw.openPlate("/plates/test", { storage: "zarr" })).rejects.toThrow(
    'There is no storage backend "zarr". There are: disk.',
  );
});

describe("what a layout gives is held to what an index promises", () => {
  const faults: readonly (readonly [string, (index: PlateIndex) => unknown, string])[] = [
    ["no index", () => undefined, "gives undefined for an index."],
    ["a missing list", ({ missing: _, ...index }) => index, "gives an index without a list of missing."],
    [
      "a number for a text",
      ({ images, ...index }) => ({ ...index, images: images.map((image) => ({ ...image, site: 1 })) }),
      "the site 1 of type number. Give a text",
    ],
    [
      "an image twice",
      ({ images, ...index }) => ({
        ...index,
        images: images.flatMap((image) => [image, { ...image, path: "again" }]),
      }),
      'and "again". Give each once.',
    ],
    [
      "images out of order",
      ({ images, ...index }) => ({ ...index, images: [...images].reverse() }),
      "Sort the images with compareKeys.",
    ],
    ["an image of no well", (index) => ({ ...index, wells: ["A02"] }), "has an image of the well A01,"],
  ];
  test.each(faults)("%s", async (_, alter, sentence) => {
    const disk = createFakeDisk();
    const layout = putPlate(disk);
    const broken: PlateLayout = {
      ...layout,
      index: async (...given) => alter(await layout.index(...given)) as PlateIndex,
    };
    const opening = createPlatewright(disk.provider, broken).openPlate("/plates/test");
    await expect(opening).rejects.toMatchObject({ code: "plate", details: { layout: "test" } });
    await expect(opening).rejects.toThrow(sentence);
  });
});
