import type { PlateLayout, StorageBackend } from "@platewright/core";
import { expect, test } from "vitest";
import * as api from "../src/index.ts";
import { fakeStorage } from "./fake-storage.ts";

const { microscopes } = api;

async function claims(storage: StorageBackend): Promise<string[]> {
  const found = await Promise.all(
    microscopes().map(async (layout: PlateLayout) =>
      (await layout.detect(storage)) === undefined ? [] : [layout.name],
    ),
  );
  return found.flat();
}

const guid = "17654C10-92F1-4DFD-98AA-6A01BBD77557";

test.each([
  ["imagexpress", ["9987.HTD", "TimePoint_1/ZStep_1/9987_B02_s1_w1.TIF"]],
  ["imagexpress", ["TimePoint_1/9987.HTD"]],
  ["imagexpress", ["TimePoint_1/ZStep_1/9987_B02.TIF"]],
  ["imagexpress", ["TimePoint_1/A01_s1_w1_z1_t1.tif"]],
  ["imagexpress", ["A01_s1_w1_z1_t1.tif"]],
  ["imagexpress", ["LICENSE", `2020-01-31/1234/x_B02_s1_w1${guid}.tif`]],
  ["imagexpress", [`x_B02_s1_w1${guid}.tif`]],
  ["imagexpress", ["LICENSE", "screen_B02_s1_w1.TIF"]],
  ["imagexpress", ["screen_B02_w1.tif"]],
  ["imagexpress", ["screen P1_B02_s1_w1.tif", "screen P1_B03_s1_w1.tif"]],
  ["imagexpress", ["2020-01-31/1234/x_B02_s1_w1.tif"]],
  ["imagexpress", ["A01_s1_w1.ome.tif"]],
  ["opera-phenix", ["Images/Index.idx.xml", "Images/r03c03f01p01-ch1sk1fk1fl1.tiff", "Assaylayout/a.xml"]],
  ["opera-phenix", ["Index.xml", "r03c03f01p01-ch1sk1fk1fl1.tiff"]],
  ["opera-phenix", ["Images/r03c03f01p01-ch1sk1fk1fl1.tiff"]],
  ["opera-phenix", ["r03c03f01p01-ch1sk1fk1fl1.tiff"]],
])("only %s claims %j", async (name, files) => {
  expect(await claims(fakeStorage(files))).toEqual([name]);
});

test.each([
  [[]],
  [["A23_C96_F1_s02_w1.TIF", "A03_C10_F1_s01_w1.TIF"]],
  [["A01.tif", "x_B02.tif", "photos/A01_s1_w1.tif"]],
  [["A03_C10_s1_w1.tif"]],
  [["sim_A01_C1_F10_s01_w1.TIF", "sim_A02_C5_F10_s01_w1.TIF", "sim_A03_C10_F13_s01_w1.TIF"]],
  [["s1_w1.tif", "t1_z1.tif"]],
  [["._A01_s1_w1.tif", "._r03c03f01p01-ch1sk1fk1fl1.tiff", "__MACOSX/._A01_s1_w1.tif"]],
  [["TimePoint_1/readme.txt", "data/9987.HTD", "2020/notes.txt"]],
])("no layout claims %j", async (files) => {
  expect(await claims(fakeStorage(files))).toEqual([]);
});

test("a huge plate is claimed by its first image", async () => {
  const files = Array.from({ length: 5000 }, (_, i) => `TimePoint_1/A01_s${i + 1}_w1.tif`);
  const storage = fakeStorage(files);
  expect(await claims(storage)).toEqual(["imagexpress"]);
  expect(storage.listed()).toBeLessThan(10);
});

test("the public names are these", () => {
  expect(Object.keys(api).sort()).toEqual([
    "imageXpress",
    "microscopes",
    "namePattern",
    "omeZarr",
    "operaPhenix",
  ]);
  expect(microscopes().map(({ name }) => name)).toEqual(["imagexpress", "opera-phenix", "ome-zarr"]);
});
