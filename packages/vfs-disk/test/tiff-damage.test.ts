import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isPlatewrightError, sizeOf } from "@platewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { decodeTiff, disk, encodeTiff } from "../src/index.ts";
import { fixtureBytes, fixtures } from "./fixtures.ts";

const names = fixtures(".tif").map(({ name }) => name);

/** Decodes, and checks that what comes is an error of ours or an array that its file could hold. */
function decodeDamaged(file: Uint8Array): void {
  let asked = 0;
  try {
    const array = decodeTiff(file, { into: undefined });
    asked = sizeOf(array.shape);
    expect(array.data.length).toBe(asked);
    expect(array.data.byteLength).toBeLessThanOrEqual(file.length * 2731 * 8);
  } catch (error) {
    if (!isPlatewrightError(error)) throw error;
    expect(["format", "out-of-memory"]).toContain(error.code);
  }
}

describe("a damaged TIFF", () => {
  it("fails with our error or gives a plausible image, wherever it is cut off", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.double({ min: 0, max: 1, noNaN: true }), (name, part) => {
        const file = fixtureBytes(name);
        decodeDamaged(file.subarray(0, Math.floor(file.length * part)));
      }),
      { numRuns: 400 },
    );
  });

  it("fails with our error or gives a plausible image, whatever bytes are changed", () => {
    const change = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (name, changes) => {
          const file = fixtureBytes(name);
          for (const [part, byte, nearStart] of changes) {
            file[Math.floor(part * (nearStart ? Math.min(300, file.length) : file.length))] = byte;
          }
          decodeDamaged(file);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("never gives other pixels where an uncompressed file is cut off", () => {
    const file = fixtureBytes("uint16-le-strips.tif");
    const whole = decodeTiff(file).data;
    for (let length = 0; length < file.length; length += 7) {
      let data: unknown;
      try {
        data = decodeTiff(file.subarray(0, length)).data;
      } catch (error) {
        expect(error).toMatchObject({ code: "format" });
        continue;
      }
      expect(data).toEqual(whole);
    }
  });

  it("is named with the missing part, from a disk too", async () => {
    const folder = temporaryFolder();
    const file = fixtureBytes("uint16-le-strips.tif");
    writeFileSync(join(folder, "x.tif"), file.subarray(0, file.length - 100));
    const storage = await disk().open(folder);
    const message =
      /^"x\.tif" is truncated: strip 1 lies at bytes \d+–\d+ of a file of \d+ bytes\. Copy the file again/;
    await expect(storage.readArray?.("x.tif")).rejects.toThrow(message);
    await expect(storage.describeArray?.("x.tif")).rejects.toMatchObject({ code: "format" });
    writeFileSync(join(folder, "empty.tif"), "");
    await expect(storage.readArray?.("empty.tif")).rejects.toMatchObject({ code: "format" });
  });

  it("is told to be truncated where it ends within its first directory, damaged where that can't be", () => {
    const file = fixtureBytes("uint8-pages.tif");
    const short = encodeTiff({ shape: [1, 1], dtype: "uint8", data: new Uint8Array(1) }).subarray(0, 60);
    expect(() => decodeTiff(short)).toThrow(
      /is truncated: a page's directory lies at bytes .* of a file of 60/,
    );
    new DataView(file.buffer).setUint16(new DataView(file.buffer).getUint32(4, true), 0, true);
    expect(() => decodeTiff(file)).toThrow(/claims 0 entries\. Copy the file again/);
  });

  it("is refused where its directories run in a circle", () => {
    const file = fixtureBytes("uint8-pages.tif");
    const view = new DataView(file.buffer);
    const first = view.getUint32(4, true);
    const end = first + 2 + 12 * view.getUint16(first, true);
    view.setUint32(end, first, true);
    expect(() => decodeTiff(file)).toThrow(/pages run in a circle/);
  });

  it("is refused where it claims more pixels than its bytes can hold", () => {
    const array = { shape: [8, 8], dtype: "uint8" as const, data: new Uint8Array(64) };
    const file = encodeTiff(array, { compression: "deflate" });
    const view = new DataView(file.buffer);
    setTag(view, 256, 60_000);
    setTag(view, 257, 60_000);
    setTag(view, 278, 60_000);
    expect(() => decodeTiff(file)).toThrow(/can't hold the 3600000000 bytes/);
  });

  it("is refused where it inflates to more than its header says", () => {
    const array = { shape: [80, 80], dtype: "uint8" as const, data: new Uint8Array(6400) };
    const file = encodeTiff(array, { compression: "deflate" });
    setTag(new DataView(file.buffer), 257, 8);
    setTag(new DataView(file.buffer), 278, 8);
    expect(() => decodeTiff(file)).toThrow(/strip 0 holds more pixels than its header says/);
  });

  it("is refused where its pages share their bytes", () => {
    const array = { shape: [50, 64, 64], dtype: "uint8" as const, data: new Uint8Array(50 * 4096) };
    const file = encodeTiff(array);
    const shared = file.slice(0, file.length - 40 * 4096);
    const view = new DataView(shared.buffer);
    for (let at = view.getUint32(4, true), page = 0; at !== 0; page += 1) {
      const count = view.getUint16(at, true);
      for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
        if (view.getUint16(entry, true) === 273 && page > 0)
          view.setUint32(entry + 8, shared.length - 4096, true);
      }
      at = view.getUint32(at + 2 + 12 * count, true);
    }
    expect(() => decodeTiff(shared)).toThrow(/pages claim 204800 bytes/);
  });

  it.each([256, 257, 278])("is refused where tag %i holds a fraction", (tag) => {
    const file = fixtureBytes("uint8-le-strips.tif");
    const view = new DataView(file.buffer);
    view.setUint16(entryOf(view, tag) + 2, 11, true);
    view.setUint32(entryOf(view, tag) + 4, 1, true);
    view.setFloat32(entryOf(view, tag) + 8, 10.5, true);
    expect(() => decodeTiff(file)).toThrow(/is damaged: a (page|strip) is/);
  });

  it("of the old LZW is named", () => {
    const file = fixtureBytes("pil-uint8-tiff_lzw-p1.tif");
    const offset = readTag(new DataView(file.buffer), 273);
    file.set([0, 1], offset);
    expect(() => decodeTiff(file)).toThrow(/old LZW of before 1992/);
  });
});

function entryOf(view: DataView, tag: number): number {
  const first = view.getUint32(4, true);
  const count = view.getUint16(first, true);
  for (let entry = first + 2; entry < first + 2 + 12 * count; entry += 12) {
    if (view.getUint16(entry, true) === tag) return entry;
  }
  throw new Error(`no tag ${tag}`);
}

function setTag(view: DataView, tag: number, value: number): void {
  view.setUint32(entryOf(view, tag) + 8, value, true);
}

function readTag(view: DataView, tag: number): number {
  return view.getUint32(entryOf(view, tag) + 8, true);
}
