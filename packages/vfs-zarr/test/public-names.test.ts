import { expect, it } from "vitest";
import * as vfsZarr from "../src/index.ts";

it("has these public names", () => {
  expect(Object.keys(vfsZarr).sort()).toMatchInlineSnapshot(`
    [
      "declarePlate",
      "joinPlate",
      "zarr",
    ]
  `);
});
