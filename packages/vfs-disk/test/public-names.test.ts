import { expect, it } from "vitest";
import * as vfsDisk from "../src/index.ts";

it("has these public names", () => {
  expect(Object.keys(vfsDisk).sort()).toMatchInlineSnapshot(`
    [
      "decodeCsv",
      "decodeNpy",
      "decodePng",
      "decodeTiff",
      "describeTiff",
      "disk",
      "encodeCsv",
      "encodeNpy",
      "encodePng",
      "encodeTiff",
      "sweepPartialFiles",
    ]
  `);
});
