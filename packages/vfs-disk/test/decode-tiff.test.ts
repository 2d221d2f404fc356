import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bytesPerElement, createTypedArray, sizeOf, viewOf } from "@platewright/core";
import { describe, expect, it } from "vitest";
import { decodeTiff, describeTiff, disk } from "../src/index.ts";
import { fixtureBytes, fixtureFolder, fixtures, formulaPixels } from "./fixtures.ts";

const storage = await disk().open(fileURLToPath(fixtureFolder), { readOnly: true });
const images = fixtures(".tif");

describe("TIFFs of tifffile, libtiff and OpenCV", () => {
  it("are many", () => expect(images.length).toBeGreaterThan(100));

  it.each(images)("$name has its pixels, from the file and from memory", async ({ name, dtype, shape }) => {
    const pixels = formulaPixels(dtype, shape);
    const fromFile = await storage.readArray?.(name);
    expect(fromFile).toEqual({ dtype, shape, data: pixels });
    expect(decodeTiff(fixtureBytes(name), { name })).toEqual({ dtype, shape, data: pixels });
  });

  it.each(images)("$name is described without its pixels", async ({ name, dtype, shape, pixelSize }) => {
    const expected = { dtype, shape, ...(pixelSize ? { pixelSize } : {}) };
    // What the pages are is held against their pixels in page-places.test.ts.
    const { pages: _, ...described } = describeTiff(fixtureBytes(name));
    expect(described).toEqual(expected);
    expect(await storage.describeArray?.(name)).toEqual(describeTiff(fixtureBytes(name)));
  });

  it.each(images)("$name can be read into shared memory, in the middle", async ({ name, dtype, shape }) => {
    const size = bytesPerElement(dtype);
    const length = sizeOf(shape);
    const shared = new SharedArrayBuffer((length + 6) * size);
    const guard = new Uint8Array(shared).fill(0xa5);
    const target = viewOf(dtype, shared, 3 * size, length);
    const array = await storage.readArray?.(name, { into: () => target });
    expect(array?.data).toBe(target);
    expect(
      Buffer.compare(new Uint8Array(shared, 3 * size, length * size), bytes(formulaPixels(dtype, shape))),
    ).toBe(0);
    expect(
      [...guard.subarray(0, 3 * size), ...guard.subarray((length + 3) * size)].every((byte) => byte === 0xa5),
    ).toBe(true);
  });

  it.each(images.filter(({ shape }) => shape.length === 3))(
    "$name gives one page by its index",
    async ({ name, dtype, shape }) => {
      const plane = shape.slice(1);
      for (let page = 0; page < (shape[0] ?? 0); page += 1) {
        const expected = { dtype, shape: plane, data: formulaPixels(dtype, plane, page) };
        expect(await storage.readArray?.(name, { plane: [page] })).toEqual(expected);
      }
      await expect(storage.readArray?.(name, { plane: [shape[0] ?? 0] })).rejects.toMatchObject({
        code: "not-found",
      });
    },
  );
});

describe("reading a TIFF", () => {
  it("takes plane 0 of a file with one page and names the pages where there are fewer", async () => {
    const array = await storage.readArray?.("uint8-le-strips.tif", { plane: [0] });
    expect(array?.data).toEqual(formulaPixels("uint8", [21, 27]));
    await expect(storage.readArray?.("uint8-le-strips.tif", { plane: [1] })).rejects.toThrow(
      '"uint8-le-strips.tif" has 1 page, so there is no page 1 (they count from 0).',
    );
    await expect(storage.readArray?.("uint8-le-strips.tif", { plane: [0, 0] })).rejects.toMatchObject({
      code: "parameter",
    });
  });

  it("refuses a target of another dtype or length", () => {
    const file = fixtureBytes("uint16-le-strips.tif");
    expect(() => decodeTiff(file, { into: () => createTypedArray("uint8", 21 * 27) })).toThrow(
      /can't be read into a uint8/,
    );
    expect(() => decodeTiff(file, { into: () => createTypedArray("uint16", 20 * 27) })).toThrow(
      /array of 540/,
    );
  });

  it("passes on what the caller of `into` throws, and tells it what was found", async () => {
    const refusal = new Error("not this one");
    await expect(
      storage.readArray?.("size-cm.tif", {
        into(found) {
          expect(found).toEqual({ shape: [21, 27], dtype: "uint16" });
          throw refusal;
        },
      }),
    ).rejects.toBe(refusal);
  });

  it("ends early for an aborted signal", async () => {
    const signal = AbortSignal.abort();
    await expect(storage.readArray?.("uint8-le-strips.tif", { signal })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("images that are not read", () => {
  const refused = readdirSync(fixtureFolder).filter(
    (name) => name.startsWith("refused-") && name.endsWith(".tif"),
  );
  it.each(refused)("%s is refused by a sentence that says what it is", (name) => {
    let message = "";
    try {
      decodeTiff(fixtureBytes(name), { name });
    } catch (error) {
      expect(error).toMatchObject({ code: "format" });
      message = (error as Error).message;
    }
    expect(message).toMatchSnapshot();
  });

  it("gives each page of a file whose pages differ", () => {
    const file = fixtureBytes("refused-unlike-pages.tif");
    expect(decodeTiff(file, { plane: [0] }).shape).toEqual([4, 5]);
    expect(decodeTiff(file, { plane: [1] }).shape).toEqual([4, 6]);
  });
});

function bytes(data: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(data.buffer);
}
