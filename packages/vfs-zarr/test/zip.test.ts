import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { zarr } from "../src/index.ts";
import { noisyArray } from "./images.ts";
import { compareImages, declareIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";
import { closeServer, serve } from "./serve.ts";
import { writeShards } from "./shards.ts";

afterEach(closeServer);

const zipFolder = `
import sys, os, zipfile
folder, target, top, method, large = sys.argv[1:6]
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if method == "deflate" else zipfile.ZIP_STORED) as archive:
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            info = zipfile.ZipInfo(top + os.path.relpath(full, folder))
            info.compress_type = archive.compression
            with archive.open(info, "w", force_zip64=large == "large") as entry:
                entry.write(open(full, "rb").read())`;

describe("in a zip file", () => {
  it.each([
    ["", "store", "small"],
    ["", "deflate", "small"],
    ["plate.zarr/", "deflate", "large"],
  ])(
    "with %j before its names, %s, %s, a plate is opened and read like any other",
    async (top, method, large) => {
      const [folder, target] = [temporaryFolder(), join(temporaryFolder(), "plate.zip")];
      const store = await declareIn(folder, smallPlate);
      await writeWells(store, smallPlate.wells, [90, 70]);
      await store.finish();
      runPython(zipFolder, [folder, target, top, method, large]);
      const plate = await openAsPlate(target);
      expect(plate.storage).toBe("zarr");
      expect(await compareImages(plate, [90, 70])).toBe(24);
      const listed: string[] = [];
      for await (const { path, kind } of plate.backend.list("A/1")) listed.push(`${kind} ${path}`);
      expect(listed).toContain("folder A/1/0");
      expect(listed).toContain("file A/1/.zattrs");
      expect(await plate.backend.has("A/1")).toBe(true);
      expect(await plate.backend.has("A/2")).toBe(false);
    },
  );

  it.each(["store", "deflate"])("shards are read (%s)", async (method) => {
    const [folder, target] = [temporaryFolder(), join(temporaryFolder(), "shards.zip")];
    const array = noisyArray([4, 32, 48], "uint16");
    writeShards(folder, array, { indexAt: "end" });
    runPython(zipFolder, [folder, target, "", method, "small"]);
    const storage = await zarr().open(target, { readOnly: true });
    expect((await storage.readArray("")).data).toEqual(array.data);
  });

  it.each(["store", "deflate"])("shards whose index begins at an odd place are read (%s)", async (method) => {
    const [folder, target] = [temporaryFolder(), join(temporaryFolder(), "shards.zip")];
    const array = noisyArray([4, 6, 6], "uint16");
    // Seven chunks of 18 bytes stand before the index.
    writeShards(folder, array, { indexAt: "end", without: 0 });
    runPython(zipFolder, [folder, target, "", method, "small"]);
    const storage = await zarr().open(target, { readOnly: true });
    for (let y = 0; y < 3; y += 1) array.data.fill(7, y * 6, y * 6 + 3);
    expect((await storage.readArray("")).data).toEqual(array.data);
  });

  it("damage is found, whoever wrote it", async () => {
    const [folder, target] = [temporaryFolder(), join(temporaryFolder(), "x.zip")];
    runPython(
      `import sys, zarr, numpy
zarr.save_array(sys.argv[1], numpy.arange(5000, dtype="<u2").reshape(50, 100), compressor=None)`,
      [folder],
    );
    runPython(zipFolder, [folder, target, "", "store", "small"]);
    const bytes = readFileSync(target);
    for (let at = 0; at < bytes.length; at += 61) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 16;
      writeFileSync(target, changed);
      const read = await readAll(target);
      if (read instanceof Uint16Array) expect(read).toEqual(Uint16Array.from({ length: 5000 }, (_, i) => i));
      else expect(read).toMatchObject({ code: expect.stringMatching(/^(format|not-found)$/) });
    }
    for (const length of [0, 10, 5000, bytes.length - 1]) {
      writeFileSync(target, bytes.subarray(0, length));
      expect(await readAll(target)).toMatchObject({ code: "format" });
    }
  });

  it("it may lie behind an address, its name encoded or not; a failure that passes is tried again, others are said", async () => {
    const [folder, served] = [temporaryFolder(), temporaryFolder()];
    const array = noisyArray([20, 30], "uint16");
    await (await zarr().open(folder)).writeArray?.("x", array);
    runPython(zipFolder, [folder, join(served, "my 50% plate.zip"), "", "store", "small"]);
    const flaky = await serve(served, { failures: 2 });
    for (const name of ["my 50% plate.zip", "my%2050%25%20plate.zip"]) {
      const storage = await zarr().open(`${flaky.address}/${name}`, { readOnly: true });
      expect(await storage.readArray("")).toEqual(array);
    }
    closeServer();
    const { address } = await serve(served, { failures: 3 });
    await expect(zarr().open(`${address}/my 50% plate.zip`, { readOnly: true })).rejects.toThrow(
      "The server answered 503",
    );
    await expect(zarr().open(`${address}/other.zip`, { readOnly: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("nothing is written, and a file that is not there is said", async () => {
    await expect(zarr().open("x.zip")).rejects.toMatchObject({ code: "storage" });
    await expect(zarr().open("/nowhere/x.zip", { readOnly: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

async function readAll(target: string): Promise<unknown> {
  try {
    return (await (await zarr().open(target, { readOnly: true })).readArray("")).data;
  } catch (error) {
    return error;
  }
}
