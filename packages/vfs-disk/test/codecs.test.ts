import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createHostArray, createTypedArray, isPlatewrightError } from "@platewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runPython } from "../../../test/support/python.ts";
import { decodeNpy, decodePng, disk, encodeNpy, encodePng } from "../src/index.ts";
import { anyHostArray, bytesOfArray } from "./arbitraries.ts";
import { fixtureBytes, fixtureFolder, fixtures, formulaPixels } from "./fixtures.ts";

const storage = await disk().open(fileURLToPath(fixtureFolder), { readOnly: true });
const others = [...fixtures(".npy"), ...fixtures(".png")];

describe("NPY and PNG", () => {
  it.each(others)("$name of NumPy, Pillow or OpenCV has its pixels", async ({ name, dtype, shape }) => {
    const data = formulaPixels(dtype, shape);
    expect(await storage.readArray?.(name)).toEqual({ dtype, shape, data });
    const target = createTypedArray(dtype, data.length);
    expect((await storage.readArray?.(name, { into: () => target }))?.data).toBe(target);
    expect(target).toEqual(data);
    expect(await storage.describeArray?.(name)).toEqual({ dtype, shape });
  });

  it.each(fixtures(".npy"))("$name gives one plane by its index", async ({ name, dtype, shape }) => {
    const plane = shape.slice(1);
    const expected = { dtype, shape: plane, data: formulaPixels(dtype, plane, 1) };
    expect(await storage.readArray?.(name, { plane: [1] })).toEqual(expected);
    await expect(storage.readArray?.(name, { plane: [2] })).rejects.toMatchObject({ code: "not-found" });
    await expect(storage.readArray?.(name, { plane: [] })).rejects.toMatchObject({ code: "parameter" });
  });

  it.each(readdirSync(fixtureFolder).filter((name) => /^refused.*(npy|png)$/.test(name)))(
    "%s is refused",
    async (name) => {
      await expect(storage.readArray?.(name)).rejects.toMatchObject({ code: "format" });
    },
  );

  it("NPY of no type that there is is refused, whatever its name", () => {
    const bytes = encodeNpy(createHostArray([1], "uint16", Uint16Array.of(1)));
    const at = Buffer.from(bytes).indexOf("'<u2', 'fortran_order': False, 'shape': (1,), }");
    bytes.set(Buffer.from("'|constructor', 'fortran_order': False, 'shape': (1,), }"), at);
    expect(() => decodeNpy(bytes)).toThrow('NumPy\'s type "|constructor", which is not read');
  });

  it("NPY keeps every array, bit for bit", () => {
    fc.assert(
      fc.property(anyHostArray({ least: 0, most: 4 }), (array) => {
        const back = decodeNpy(encodeNpy(array));
        expect(back).toMatchObject({ shape: array.shape, dtype: array.dtype });
        expect(bytesOfArray(back)).toEqual(bytesOfArray(array));
      }),
    );
  });

  it("PNG keeps every grey image, bit for bit", () => {
    fc.assert(
      fc.property(anyHostArray({ least: 2, most: 2 }, ["bool", "uint8", "uint16"]), (array) => {
        expect(decodePng(encodePng(array))).toEqual(array);
      }),
    );
  });

  it("are read by NumPy and OpenCV", () => {
    const npy = Buffer.from(
      encodeNpy(createHostArray([2, 3], "float32", Float32Array.of(1, 2, 3, 4, 5, 6.5))),
    ).toString("base64");
    const png = Buffer.from(
      encodePng(createHostArray([2, 2], "uint16", Uint16Array.of(1, 256, 65535, 7))),
    ).toString("base64");
    const read = `
import base64, io, sys, zlib, numpy
print(numpy.load(io.BytesIO(base64.b64decode(sys.argv[1]))).tolist())
png = base64.b64decode(sys.argv[2])
at, data = 8, b""
while at < len(png):
    length = int.from_bytes(png[at:at+4], "big")
    assert zlib.crc32(png[at+4:at+8+length]) == int.from_bytes(png[at+8+length:at+12+length], "big")
    if png[at+4:at+8] == b"IDAT": data += png[at+8:at+8+length]
    at += 12 + length
rows = zlib.decompress(data)
print([rows[0], rows[5]], numpy.frombuffer(rows[1:5] + rows[6:], ">u2").tolist())
`;
    expect(runPython(read, [npy, png])).toBe(
      "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]\n[0, 0] [1, 256, 65535, 7]\n",
    );
  });

  it("fail with our error or give a plausible array, whatever bytes are changed or cut", () => {
    const changes = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...others),
        changes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ name }, changed, part) => {
          const file = fixtureBytes(name);
          for (const [place, byte] of changed)
            file[Math.min(file.length - 1, Math.floor(place * file.length))] = byte;
          const cut = part > 0.5 ? file : file.subarray(0, Math.floor(file.length * part * 2));
          try {
            const { data } = name.endsWith("npy") ? decodeNpy(cut) : decodePng(cut);
            expect(data.byteLength).toBeLessThan(file.length * 1032 * 8);
          } catch (error) {
            if (!isPlatewrightError(error)) throw error;
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it("say what they can't hold", () => {
    expect(() => encodePng(createHostArray([2, 2], "float32"))).toThrow(
      "A PNG holds bool, uint8 or uint16, not float32.",
    );
    expect(() => encodePng(createHostArray([2, 2, 2], "uint8"))).toThrow(/A PNG holds \[Y, X\]/);
  });
});
