import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeTiff, describeTiff } from "../src/index.ts";
import { describeOme as describeDocument } from "../src/tiff/ome-description.ts";
import { parseOme } from "../src/tiff/ome-document.ts";
import { imageJPlaces } from "../src/tiff/page-places.ts";

const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

const describeOme = (text: string, pages: number): ReturnType<typeof describeDocument> =>
  describeDocument(parseOme(text), pages);

describe("what the pages of a TIFF are", () => {
  it.each(["pages-tczyx.ome.tif", "pages-ctzyx.ome.tif", "pages-imagej.tif", "pages-imagej-z.tif"])(
    "%s, whose pixels say it, is read as it was written",
    (name) => {
      const bytes = fixture(name);
      const { shape, pages = [] } = describeTiff(bytes);
      expect(pages).toHaveLength(shape[0] ?? 0);
      const seen = pages.map((_, page) => decodeTiff(bytes, { plane: [page] }).data[0]);
      expect(seen).toEqual(pages.map(({ z, channel, timepoint }) => 100 * timepoint + 10 * channel + z));
    },
  );

  it("nothing is said of a plain TIFF", () => {
    expect(describeTiff(fixture("pages-plain.tif"))).toEqual({ shape: [4, 5, 6], dtype: "uint16" });
  });

  it("a list of planes counts for more than the order of the dimensions", () => {
    const pixels = '<OME><Pixels DimensionOrder="XYZCT" SizeX="1" SizeY="1" SizeZ="2" SizeC="1" SizeT="1">';
    const listed = `${pixels}<TiffData IFD="0" FirstZ="1" FirstC="0" FirstT="0" PlaneCount="1"/><TiffData IFD="1" FirstZ="0"/></OME>`;
    expect(describeOme(listed, 2).pages?.map(({ z }) => z)).toEqual([1, 0]);
    expect(describeOme(listed.replace('FirstZ="1"', 'FirstZ="0"'), 2).pages).toEqual([]);
  });

  it.each([
    ['<OME><Pixels DimensionOrder="XYZCT" SizeZ="8" SizeC="2" SizeT="1">', 8],
    ['<OME><Pixels DimensionOrder="XYZCT" SizeZ="2"/><Pixels DimensionOrder="XYZCT" SizeZ="2"/>', 4],
    ['<OME><Pixels DimensionOrder="ZYX" SizeZ="2">', 2],
  ])("%j of other pages gives none", (text, pages) => {
    expect(describeOme(text, pages).pages).toEqual([]);
  });

  it("ImageJ's description of other pages gives none", () => {
    expect(imageJPlaces("ImageJ=1.53\nimages=6\nchannels=2\nslices=2\n", 6)).toBeUndefined();
  });
});
