import { namePattern } from "@platewright/microscopes";
import { expect, test } from "vitest";
import { guessPattern } from "../src/inspect/suggest-pattern.ts";

test.each([
  ["A01.tif", "{well}.tif", { well: "A01" }],
  ["A01/A01_s1_w2.tif", "{well}/{well}_s{site}_w{channel}.tif", { well: "A01", site: "1", channel: "2" }],
  [
    "x/plate_b3_xy07_c2_z012_t3.TIF",
    "x/plate_{well}_xy{site}_c{channel}_z{z}_t{timepoint}.TIF",
    {
      well: "B03",
      site: "7",
      channel: "2",
      z: "12",
      timepoint: "3",
    },
  ],
  [
    "scan_A01_w1DAPI_s2.tif",
    "scan_{well}_{channel}_s{site}.tif",
    { well: "A01", site: "2", channel: "w1DAPI" },
  ],
  ["H12-Hoechst-f4.png", "{well}-{channel}-f{site}.png", { well: "H12", channel: "Hoechst", site: "4" }],
  [
    "AssayPlate_B03_T0001F002L01A01Z03C04.tif",
    "AssayPlate_{well}_T{timepoint}F{site}L01A01Z{z}C{channel}.tif",
    { well: "B03", site: "2", channel: "4", z: "3", timepoint: "1" },
  ],
  ["A01_s1w2.tif", "{well}_s{site}w{channel}.tif", { well: "A01", site: "1", channel: "2" }],
])("the naming of %s is guessed", (path, pattern, key) => {
  expect(guessPattern(path, false)).toBe(pattern);
  expect(namePattern(pattern).parseName?.(path)).toEqual(key);
});

test("what is not understood is left as it is or ignored", () => {
  expect(guessPattern("run 7/A01_xyz_s1.tif", false)).toBe("run 7/{well}_xyz_s{site}.tif");
  expect(guessPattern("run 7/A01_xyz_s1.tif", true)).toBe("{ignore} {ignore}/{well}_{ignore}_s{site}.tif");
});

test("of a row of numbers those that are not understood are left or ignored", () => {
  const path = "B03_T0001F002L01A01Z03C04.tif";
  expect(guessPattern(path, false)).toBe("{well}_T{timepoint}F{site}L01A01Z{z}C{channel}.tif");
  const loose = guessPattern(path, true) ?? "";
  expect(loose).toBe("{well}_T{timepoint}F{site}L{ignore}A{ignore}Z{z}C{channel}.tif");
  expect(namePattern(loose).parseName?.("C04_T0001F002L01A02Z03C05.tif")).toMatchObject({
    well: "C04",
    z: "3",
  });
  expect(guessPattern("A01_rep1run2.tif", false)).toBe("{well}_rep1run2.tif");
});

test("without a well there is nothing to guess", () => {
  expect(guessPattern("image_s1_w2.tif", false)).toBeUndefined();
});
