import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHostArray, dtypes, PlatewrightError, toStored } from "@platewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { decodeTiff, describeTiff, encodeTiff } from "../src/index.ts";
import { anyHostArray, bytesOfArray } from "./arbitraries.ts";
import { formulaPixels } from "./fixtures.ts";

const settings = fc.record({
  compression: fc.constantFrom("none", "deflate"),
  predictor: fc.boolean(),
  bigTiff: fc.boolean(),
  name: fc.string({ unit: "binary" }),
});

describe("encodeTiff", () => {
  it("writes what decodeTiff reads, bit for bit", () => {
    fc.assert(
      fc.property(anyHostArray({ least: 2, most: 3 }), settings, (array, options) => {
        const back = decodeTiff(encodeTiff(array, options));
        expect(bytesOfArray(back)).toEqual(bytesOfArray(array));
        expect(back.dtype).toBe(array.dtype);
        expect(back.shape).toEqual(
          array.shape.length === 3 && array.shape[0] === 1 ? array.shape.slice(1) : array.shape,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the pixel size exactly", () => {
    const array = createHostArray([2, 2], "uint8");
    const side = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(side, side, (x, y) => {
        expect(describeTiff(encodeTiff(array, { pixelSize: { x, y } })).pixelSize).toEqual({ x, y });
      }),
    );
  });

  it("is read by tifffile: pixels, OME, channels and pixel size", () => {
    const folder = temporaryFolder();
    const cases = dtypes.flatMap((dtype) =>
      [
        [5, 7],
        [3, 4, 6],
      ].flatMap((shape) =>
        ["none", "deflate"].flatMap((compression) =>
          [false, true].map((bigTiff) => ({
            dtype,
            shape,
            compression,
            bigTiff,
            file: `${dtype}-${shape.length}-${compression}-${bigTiff}`,
          })),
        ),
      ),
    );
    for (const { dtype, shape, compression, bigTiff, file } of cases) {
      const data = formulaPixels(dtype, shape);
      const channelNames = shape.length === 3 ? ["DAPI", "Wéll µ", '<a> & "b"'] : ["GFP"];
      const array = createHostArray(shape, dtype, data as never);
      const pixelSize = { x: 0.325, y: 0.65 };
      writeFileSync(
        join(folder, `${file}.tif`),
        encodeTiff(array, { compression, bigTiff, channelNames, pixelSize, name: "A01 <1>" }),
      );
      writeFileSync(join(folder, `${file}.raw`), new Uint8Array(toStored(dtype, data).buffer));
    }
    writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
    const found = runPython(
      `
import json, sys, numpy, tifffile
folder = sys.argv[1]
for case in json.load(open(folder + "/cases.json")):
    path = folder + "/" + case["file"]
    dtype = case["dtype"]
    raw = numpy.fromfile(path + ".raw", dtype).reshape(case["shape"])
    with tifffile.TiffFile(path + ".tif") as tif:
        pixels = tif.asarray()
        assert pixels.dtype == dtype and numpy.array_equal(pixels, raw), case
        assert tif.is_ome and tif.is_bigtiff == case["bigTiff"] and tif.byteorder == "<", case
        image = tifffile.xml2dict(tif.ome_metadata)["OME"]["Image"]
        ome = image["Pixels"]
        assert image["Name"] == "A01 <1>", image
        assert (ome["PhysicalSizeX"], ome["PhysicalSizeY"], ome["PhysicalSizeXUnit"]) == (0.325, 0.65, "µm"), ome
        names = ome["Channel"]["Name"] if raw.ndim == 2 else [channel["Name"] for channel in ome["Channel"]]
        assert names == ("GFP" if raw.ndim == 2 else ["DAPI", "Wéll µ", '<a> & "b"']), names
        assert tif.series[0].axes == ("YX" if raw.ndim == 2 else "CYX"), tif.series[0].axes
        tags = tif.pages[0].tags
        x, y = tags["XResolution"].value, tags["YResolution"].value
        assert abs(1e4 * x[1] / x[0] - 0.325) < 1e-12 and abs(1e4 * y[1] / y[0] - 0.65) < 1e-12, (x, y)
        assert tags["ResolutionUnit"].value == 3
print("all equal")
`,
      [folder],
    );
    expect(found).toBe("all equal\n");
  });

  it("calls the pages z planes where no channels are named", () => {
    const text = new TextDecoder("latin1").decode(encodeTiff(createHostArray([3, 2, 2], "uint16")));
    expect(text).toContain('SizeX="2" SizeY="2" SizeZ="3" SizeC="1" SizeT="1"');
    expect(text).toContain('<TiffData IFD="0" PlaneCount="3"/>');
  });

  it.each([
    [[4], {}],
    [[2, 2, 2, 2], {}],
    [[0, 4], {}],
    [[2, 2], { compression: "zstd" }],
    [[2, 2], { pixelSize: { x: 0, y: 1 } }],
    [[3, 2, 2], { channelNames: ["a", "b"] }],
  ])("refuses an array of shape %j with %j", (shape, options) => {
    expect(() => encodeTiff(createHostArray(shape, "uint8"), options)).toThrow(PlatewrightError);
  });
});
