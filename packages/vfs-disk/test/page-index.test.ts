import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHostArray } from "@platewright/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { type CodecFile, disk, encodeTiff } from "../src/index.ts";
import { tiffCodec } from "../src/tiff/tiff-codec.ts";

const pages = 300;

/** A stack whose pixels say their page; each directory lies with its pixels, as cameras write them one by one. */
function stack(first: number): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0)];
  let at = 8;
  for (let page = 0; page < pages; page++) {
    const single = encodeTiff(createHostArray([1, 2], "uint16", Uint16Array.of(first + page, page)));
    const view = new DataView(single.buffer, single.byteOffset, single.byteLength);
    const start = view.getUint32(4, true);
    const count = view.getUint16(start, true);
    const length = 2 + 12 * count + 4;
    // Kept are the fields that fit into their entries; the pixels follow the directory.
    const directory = new DataView(new ArrayBuffer(length + 4));
    const kept = Array.from({ length: count }, (_, i) => start + 2 + 12 * i).filter((entry) =>
      [256, 257, 258, 259, 262, 273, 277, 278, 279, 339].includes(view.getUint16(entry, true)),
    );
    directory.setUint16(0, kept.length, true);
    for (const [i, entry] of kept.entries()) {
      for (let byte = 0; byte < 12; byte++)
        directory.setUint8(2 + 12 * i + byte, view.getUint8(entry + byte));
      if (view.getUint16(entry, true) === 273) directory.setUint32(2 + 12 * i + 8, at + length, true);
    }
    directory.setUint32(2 + 12 * kept.length, page + 1 < pages ? at + length + 4 : 0, true);
    directory.setUint16(length, first + page, true);
    directory.setUint16(length + 2, page, true);
    parts.push(new Uint8Array(directory.buffer));
    at += length + 4;
  }
  return Buffer.concat(parts);
}

describe("the pages of a long stack", () => {
  it("are found anew by each reading, in any order and all at once", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.tif"), stack(1000));
    const storage = await disk().open(folder, { readOnly: true });
    const order = Array.from({ length: pages }, (_, i) => (i * 7) % pages);
    const read = async (page: number): Promise<unknown> => [
      ...((await storage.readArray?.("a.tif", { plane: [page] }))?.data ?? []),
    ];
    expect(await Promise.all(order.map(read))).toEqual(order.map((page) => [1000 + page, page]));
    await expect(read(pages)).rejects.toThrow(`has ${pages} pages, so there is no page ${pages}`);
    expect(await storage.describeArray?.("a.tif")).toMatchObject({ shape: [pages, 1, 2] });
  });

  it("are those of a file that took the other's place", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder, { readOnly: true });
    const read = async (): Promise<unknown> =>
      (await storage.readArray?.("a.tif", { plane: [200] }))?.data[0];
    writeFileSync(join(folder, "a.tif"), stack(1000));
    expect(await read()).toBe(1200);
    const two = createHostArray([2, 1, 2], "uint16", Uint16Array.of(1, 2, 3, 4));
    writeFileSync(join(folder, "b.tif"), encodeTiff(two));
    renameSync(join(folder, "b.tif"), join(folder, "a.tif"));
    await expect(read()).rejects.toMatchObject({ code: "not-found" });
  });

  it("are walked to once for all readings of a file", async () => {
    const bytes = stack(0);
    let count = 0;
    const file: CodecFile = {
      name: "a.tif",
      size: bytes.length,
      identity: {},
      async read(position, target) {
        count += 1;
        target.set(bytes.subarray(position, position + target.length));
      },
    };
    await tiffCodec.readArray?.(file, { plane: [pages - 1] });
    const walked = count;
    for (let page = 0; page < pages; page++) await tiffCodec.readArray?.(file, { plane: [page] });
    // At most the header, the first directory, the page's own and its pixels for each.
    expect(count - walked).toBeLessThanOrEqual(4 * pages);
  });
});
