import {
  definePipeline,
  type ImageKey,
  type PlateStorage,
  type StorageProvider,
  step,
} from "@platewright/core";
import { expect, test } from "vitest";
import { measure, project } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";
import { createPlateKeeper } from "../support/plate-keeper.ts";
import { createFakeDisk } from "../support/storage.ts";

const pipeline = definePipeline({
  name: "kept",
  steps: [step("project", project, { checkpoint: true }), step("measure", measure)],
});

test("a storage that keeps plates has one declared for each step whose images are kept", async () => {
  const keeper = createPlateKeeper();
  const { pw, plate } = await createBench(
    { channels: 2, index: { channelNames: { 1: "DAPI" } } },
    keeper.provider,
  );
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "arrays" } });
  expect(plan.stores.map(({ step: of, folder }) => [of, folder])).toEqual([
    [0, "project.zarr"],
    [1, "plate.zarr"],
  ]);
  expect(plan.stores[1]?.declaration).toMatchObject({
    name: "Test plate",
    wells: ["A01", "A02"],
    sites: ["1"],
    z: ["1"],
    channels: [{ value: "1", name: "DAPI" }, { value: "2" }],
  });
  expect(plan.stores[1]?.declaration).not.toHaveProperty("codec");
  const packed = await pw.compile(pipeline, plate, { settings: { storage: "arrays", compression: "zstd" } });
  expect(packed.stores[0]?.declaration.codec).toBe("zstd");

  const report = await pw.run(plan, { plate, out: "/results" });
  expect(report).toMatchObject({ status: "complete", outputs: { images: 8 } });
  for (const folder of ["project.zarr", "plate.zarr"]) {
    const kept = keeper.plates.get(folder);
    expect([...(kept?.planes.keys() ?? [])].sort()).toEqual(
      ["A01", "A02"].flatMap((well) => ["1", "2"].map((channel) => `${well}/t1/s1/c${channel}/z1`)),
    );
    expect(kept?.log).toEqual(["finish A01", "finish A02", "finish"]);
  }
});

test("a well that fails is taken back from every plate", async () => {
  const keeper = createPlateKeeper();
  const lacks = (key: ImageKey) => key.well === "A02" && key.channel === "2" && key.z === "2";
  const { pw, disk, plate } = await createBench({ channels: 2 }, keeper.provider);
  disk.trouble = (what, path) => {
    if (what === "read" && plate.index.images.some((image) => image.path === path && lacks(image))) {
      throw new Error("the disk is broken");
    }
  };
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "arrays" } });
  const report = await pw.run(plan, { plate, out: "/results" });
  expect(report).toMatchObject({ status: "partial", outputs: { images: 4 } });
  expect(keeper.plates.get("plate.zarr")?.log).toEqual(["finish A01", "remove A02", "finish"]);
});

test("a storage that only says it keeps plates is an error that names it", async () => {
  const disk = createFakeDisk("arrays");
  const { pw, plate } = await createBench({}, { ...disk.provider, keepsPlates: true });
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "arrays" } });
  await expect(pw.run(plan, { plate, out: "/results" })).rejects.toThrow(
    'The storage backend "arrays" (/results) can\'t write plates.',
  );
});

test("a well whose images can't be taken back fails with its own error, and says what is left", async () => {
  const keeper = createPlateKeeper();
  const open = keeper.provider.open;
  const provider: StorageProvider = {
    ...keeper.provider,
    async open(location, options) {
      const backend = (await open(location, options)) as PlateStorage;
      return {
        ...backend,
        async joinPlate(folder: string) {
          const store = await backend.joinPlate(folder);
          const broken = async () => {
            throw new Error("the disk is gone");
          };
          return { ...store, writePlane: broken, removeWell: broken };
        },
      } as PlateStorage;
    },
  };
  const { pw, plate } = await createBench({ wells: ["A01"] }, provider);
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "arrays" } });
  const report = await pw.run(plan, { plate, out: "/results" });
  expect(report.wells.A01).toMatchObject({
    status: "failed",
    error: {
      message: 'Well A01, step "project": its images could not be kept: the disk is gone',
      causes: ["the disk is gone", "What well A01 had written could not be removed: the disk is gone"],
    },
  });
});

test("a codec that the storage does not know is found when compiling", async () => {
  const keeper = createPlateKeeper();
  const { pw, plate } = await createBench({}, { ...keeper.provider, compressions: ["zstd", "none"] });
  const settings = { storage: "arrays", compression: "deflate" };
  await expect(pw.compile(pipeline, plate, { settings })).rejects.toThrow(
    'packed by "deflate", which the storage "arrays" does not know. Set compression to one of zstd, none.',
  );
  expect(
    (await pw.compile(pipeline, plate, { settings: { ...settings, compression: "zstd" } })).stores.length,
  ).toBe(2);
});
