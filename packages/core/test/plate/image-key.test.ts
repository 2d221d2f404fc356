import { compareKeys, compareValues, type ImageKey, imageName, keyText } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";

const key = (site: string, channel: string, z: string, timepoint = "1"): ImageKey => ({
  well: "A01",
  site,
  channel,
  z,
  timepoint,
});

test("component values are ordered by number, then by word", () => {
  expect(["10", "DAPI", "2", "01", "Cy5", "1"].sort(compareValues)).toEqual([
    "01",
    "1",
    "2",
    "10",
    "Cy5",
    "DAPI",
  ]);
});

test("images are ordered by well, timepoint, site, channel and z", () => {
  const ordered = [
    key("1", "1", "1"),
    key("1", "1", "2"),
    key("1", "2", "1"),
    key("2", "1", "1"),
    key("10", "1", "1"),
    key("1", "1", "1", "2"),
  ];
  expect([...ordered].reverse().sort(compareKeys)).toEqual(ordered);
  expect(compareKeys({ ...key("1", "1", "1"), well: "B01" }, key("9", "9", "9"))).toBe(1);
});

test("an image's name in results says all its components, padded", () => {
  expect(imageName(key("1", "1", "12"))).toBe("A01_s001_w1_z012_t001.tif");
  expect(imageName(key("1", "DAPI", "1", "1000"), "png")).toBe("A01_s001_wDAPI_z001_t1000.png");
});

test("property: comparing values is an order, and equal texts are equal keys", () => {
  const value = fc.oneof(
    fc.nat(300).map(String),
    fc.nat(9).map((n) => `0${n}`),
    fc.string({ minLength: 1, maxLength: 3 }),
  );
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      const sign = (x: string, y: string) => Math.sign(compareValues(x, y));
      expect(sign(a, b) + sign(b, a)).toBe(0);
      expect(sign(a, b) === 0).toBe(a === b);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
    }),
  );
  expect(keyText(key("1", "2", "3"))).toBe("A01/t1/s1/c2/z3");
});
