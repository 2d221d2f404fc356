import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { crc32c } from "../src/codecs/crc32c.ts";
import { zarr } from "../src/index.ts";
import { noisyArray } from "./images.ts";
import { writeShards } from "./shards.ts";

describe.each(["start", "end"] as const)("an array in shards with their index at the %s", (indexAt) => {
  it("is read, and a chunk that a shard leaves out is the fill value", async () => {
    const folder = temporaryFolder();
    const array = noisyArray([4, 32, 48], "uint16");
    writeShards(folder, array, { indexAt, without: 0 });
    const storage = await zarr().open(folder, { readOnly: true });
    const { data } = await storage.readArray("");
    for (let y = 0; y < 16; y += 1) array.data.fill(7, y * 48, y * 48 + 24);
    expect(data).toEqual(array.data);
  });

  it("is refused where a byte of it changed, or its end is missing", async () => {
    const folder = temporaryFolder();
    writeShards(folder, noisyArray([4, 32, 48], "uint16"), { indexAt });
    const path = join(folder, "c/1/0/0");
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 97) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 4;
      writeFileSync(path, changed);
      const storage = await zarr().open(folder, { readOnly: true });
      await expect(storage.readArray("")).rejects.toMatchObject({ code: "format" });
    }
    for (const length of [0, 5, 100, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      const storage = await zarr().open(folder, { readOnly: true });
      await expect(storage.readArray("")).rejects.toMatchObject({ code: "format" });
    }
  });
});

it("the checksum is that of the standard", () => {
  // The check value of the catalogue of CRC algorithms (reveng).
  const bytes = new TextEncoder().encode("123456789");
  expect(crc32c(bytes).toString(16)).toBe("e3069283");
});
