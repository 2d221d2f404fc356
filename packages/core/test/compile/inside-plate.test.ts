import { expect, test } from "vitest";
import { insidePlateText } from "../../src/compile/phases/3-materialisation.ts";

const provider = {
  contains: (outer: string, inner: string) => `${inner}/`.startsWith(`${outer}/`),
};

test.each([
  ["/plate", "/plate", "lies inside the plate"],
  ["/plate/results", "/plate", "lies inside the plate"],
  ["/results", "/results/images", 'lies in "images" of the output folder "/results"'],
  ["/results", "/results/images/project", 'lies in "images"'],
  ["/results", "/results/plate.zarr", 'lies in "plate.zarr"'],
])("results in %s are refused for the plate %s", (out, plate, says) => {
  expect(insidePlateText(provider, out, plate, ["plate.zarr"])).toContain(says);
});

test.each([
  ["/experiment", "/experiment/raw"],
  ["/results", "/results/other.zarr"],
  ["/results", "/plate"],
])("results in %s are no harm to the plate %s", (out, plate) => {
  expect(insidePlateText(provider, out, plate, ["plate.zarr"])).toBeUndefined();
});
