import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHostArray } from "@platewright/core";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { zarr } from "../src/index.ts";
import { noisyArray } from "./images.ts";
import { checkOmeZarr } from "./ome-zarr-rules.ts";
import { compareImages, declareIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";

const key = { well: "A01", timepoint: "1", site: "1", channel: "1", z: "1" };

it.each(["0.4", "0.5"] as const)(
  "a plate of labels is a plate whose levels are picked (%s)",
  async (version) => {
    const folder = temporaryFolder();
    const store = await declareIn(folder, { ...smallPlate, version, images: "labels" });
    const labels = noisyArray([300, 280], "int32");
    await store.writePlane(key, labels);
    await store.finishWell("A01");
    await store.finish();
    expect(checkOmeZarr(folder, version)).toMatchObject({ images: 1, arrays: 2 });
    const name = version === "0.4" ? "A/1/0/.zattrs" : "A/1/0/zarr.json";
    const document = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const attributes = version === "0.4" ? document : document.attributes.ome;
    expect(attributes["image-label"].colors).toEqual([{ "label-value": 0, rgba: [0, 0, 0, 0] }]);
    expect(attributes.multiscales[0].type).toBe("nearest");
    const storage = await zarr().open(folder, { readOnly: true });
    const { data } = await storage.readArray("A/1/0/1", { plane: [0, 0, 0] });
    const picked = Array.from(
      { length: 150 * 140 },
      (_, i) => labels.data[2 * Math.floor(i / 140) * 280 + 2 * (i % 140)],
    );
    expect([...data]).toEqual(picked);
  },
);

it("a plate of labels takes whole numbers only", async () => {
  const store = await declareIn(temporaryFolder(), { ...smallPlate, images: "labels" });
  await expect(store.writePlane(key, createHostArray([30, 20], "float32"))).rejects.toMatchObject({
    code: "dtype",
  });
});

it("chunks have the size that was declared", async () => {
  const folder = temporaryFolder();
  const store = await declareIn(folder, { ...smallPlate, wells: ["A01"], chunkSize: 128 });
  await writeWells(store, ["A01"]);
  await store.finish();
  const document = JSON.parse(readFileSync(join(folder, "A/1/0/0/.zarray"), "utf8"));
  expect(document.chunks).toEqual([1, 1, 1, 128, 128]);
  expect(await compareImages(await openAsPlate(folder))).toBe(8);
});

it.each([8, 0, 100.5, Number.NaN])("chunks of %s pixels a side are refused", async (chunkSize) => {
  await expect(declareIn(temporaryFolder(), { ...smallPlate, chunkSize })).rejects.toThrow(
    `chunks can't be ${chunkSize} pixels a side`,
  );
});

it("a plate made from something else is another plate", async () => {
  const folder = temporaryFolder();
  await declareIn(folder, { ...smallPlate, source: "one" });
  await declareIn(folder, { ...smallPlate, source: "one" });
  await expect(declareIn(folder, { ...smallPlate, source: "two" })).rejects.toMatchObject({ code: "exists" });
});
