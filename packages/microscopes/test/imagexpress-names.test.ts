import { wellName } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { imageXpress } from "../src/index.ts";

const { parseName = () => undefined, formatName = () => "" } = imageXpress();

test("a flat name with all its parts is read and written back the same", () => {
  const key = { well: "A01", site: "1", channel: "1", z: "1", timepoint: "1" };
  expect(parseName("A01_s001_w1_z001_t001.tif")).toEqual(key);
  expect(formatName(key)).toBe("A01_s001_w1_z001_t001.tif");
});

test.each([
  ["A01_s1_w1_z1_t1.tif", { well: "A01", site: "1", channel: "1", z: "1", timepoint: "1" }],
  ["a1_w2.TIFF", { well: "A01", channel: "2" }],
  ["AF48_z010.tif", { well: "AF48", z: "10" }],
  ["A01_s10.tif", { well: "A01", site: "10" }],
  ["9987_B02_s1_w3.TIF", { well: "B02", site: "1", channel: "3" }],
  ["9987_B02_s10.TIF", { well: "B02", site: "10" }],
  ["my_plate_A01_C05_w2.tif", { well: "C05", channel: "2" }],
  ["9987_B02.TIF", { well: "B02" }],
])("%s is read", (name, key) => {
  expect(parseName(name)).toEqual(key);
});

test.each([
  "A23_C96_F1_s02_w1.TIF",
  "r03c03f01p01-ch1sk1fk1fl1.tiff",
  "overview.tif",
  "A01_s1_s2.tif",
  "A00_s1.tif",
])("%s is no name of ImageXpress", (name) => {
  expect(parseName(name)).toBeUndefined();
});

const guid = "17654C10-92F1-4DFD-98AA-6A01BBD77557";

test("a GUID glued to the channel's digit does not change the channel", () => {
  expect(parseName(`x_B02_s3_w1${guid}.tif`)).toEqual({ well: "B02", site: "3", channel: "1" });
  expect(parseName(`x_B02_s3_w12${guid}.tif`)).toEqual({ well: "B02", site: "3", channel: "12" });
  expect(parseName(`x_B02_s3${guid}.tif`)).toEqual({ well: "B02", site: "3" });
});

test("a thumbnail is no image", () => {
  expect(parseName(`x_B02_s3_w1_thumb${guid}.tif`)).toBeUndefined();
  expect(parseName("9987_B02_s1_w1_Thumb.TIF")).toBeUndefined();
});

test("any GUID leaves site and channel as they are", () => {
  const number = fc.integer({ min: 1, max: 99 });
  fc.assert(
    fc.property(fc.uuid(), number, number, (id, site, channel) => {
      expect(parseName(`exp_B02_s${site}_w${channel}${id.toUpperCase()}.tif`)).toEqual({
        well: "B02",
        site: String(site),
        channel: String(channel),
      });
    }),
  );
});

test("every image that has a name is read back from it", () => {
  const number = fc.integer({ min: 0, max: 12_345 }).map(String);
  const well = fc
    .record({ row: fc.integer({ min: 0, max: 31 }), column: fc.integer({ min: 0, max: 47 }) })
    .map(wellName);
  fc.assert(
    fc.property(fc.record({ well, site: number, channel: number, z: number, timepoint: number }), (key) => {
      const name = formatName(key);
      expect(parseName(name)).toEqual(key);
      expect(formatName({ ...key, ...parseName(name) })).toBe(name);
    }),
  );
});

test("a channel that is a word has no name", () => {
  expect(() => formatName({ well: "A01", site: "1", channel: "DAPI", z: "1", timepoint: "1" })).toThrow(
    /"DAPI"/,
  );
});
