import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { zarr } from "../src/index.ts";
import { noisyArray } from "./images.ts";
import { compareImages, declareIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";
import { closeServer, serve } from "./serve.ts";
import { writeShards } from "./shards.ts";

afterEach(closeServer);

describe("behind an address", () => {
  it.each(["0.4", "0.5"] as const)(
    "a plate of OME-Zarr %s is opened and read like any other",
    async (version) => {
      const folder = temporaryFolder();
      const store = await declareIn(join(folder, "my plate.zarr"), { ...smallPlate, version });
      await writeWells(store, smallPlate.wells);
      await store.finish();
      const { address } = await serve(folder);
      const plate = await openAsPlate(`${address}/my plate.zarr`);
      expect(plate.storage).toBe("zarr");
      expect(plate.index.wells).toEqual(["A01", "B03", "H12"]);
      expect(await compareImages(plate)).toBe(24);
    },
  );

  it("only the chunks of the plane are fetched, and metadata once", async () => {
    const folder = temporaryFolder();
    const writer = await zarr().open(folder);
    const array = noisyArray([3, 1030, 2100], "uint8");
    await writer.writeArray?.("x", array);
    const { address, found } = await serve(folder);
    const storage = await zarr().open(address, { readOnly: true });
    await storage.describeArray("x");
    await storage.readArray("x", { plane: [1] });
    const chunks = ["0.0", "0.1", "0.2", "1.0", "1.1", "1.2"].map((chunk) => `/x/1.${chunk}`);
    expect([...found].sort()).toEqual(["/x/.checksums.json", "/x/.zarray", ...chunks].sort());
    found.length = 0;
    await storage.readArray("x", { plane: [2] });
    expect([...found].sort()).toEqual(chunks.map((chunk) => chunk.replace("/x/1.", "/x/2.")));
  });

  it.each([true, false])(
    "of a shard only the index and the chunk are fetched (ranges: %s)",
    async (ranges) => {
      const folder = temporaryFolder();
      const array = noisyArray([4, 32, 48], "uint16");
      writeShards(join(folder, "x"), array, { indexAt: "end" });
      const { address, found } = await serve(folder, { ranges });
      const storage = await zarr().open(address, { readOnly: true });
      const { data } = await storage.readArray("x", { plane: [3] });
      expect(data).toEqual(array.data.subarray(3 * 32 * 48));
      const reads = found.filter((path) => path.startsWith("/x/c/"));
      expect(reads.length).toBe(1 + 4);
      expect(reads.every((path) => path.includes("bytes="))).toBe(true);
    },
  );

  it.each([429, 500, 503])("a failure that passes (%i) is tried again, others are said", async (failure) => {
    const folder = temporaryFolder();
    const writer = await zarr().open(folder);
    const array = noisyArray([10, 10], "uint8");
    await writer.writeArray?.("x", array);
    await writer.write?.("secret", new Uint8Array(1));
    const { address } = await serve(folder, { failures: 2, failure });
    const storage = await zarr().open(address, { readOnly: true });
    expect(await storage.readArray("x")).toEqual(array);
    await expect(storage.read("nothing")).rejects.toMatchObject({ code: "not-found" });
    await expect(storage.read("secret")).rejects.toMatchObject({ code: "storage" });
    await expect(storage.read("secret")).rejects.toThrow("The server answered 403");
    closeServer();
    await expect(storage.read("x/.zarray")).rejects.toThrow(`Can't read ${address}/x/.zarray`);
  });

  it("nothing is written", async () => {
    await expect(zarr().open("http://127.0.0.1:9/x.zarr")).rejects.toMatchObject({ code: "storage" });
    const storage = await zarr().open("http://127.0.0.1:9/x.zarr", { readOnly: true });
    expect(storage.write ?? storage.writeArray ?? storage.declarePlate).toBeUndefined();
  });
});
