import { BoolArray, wrap } from "@platewright/backend-ndarray";
import {
  distanceTransform,
  label,
  measureImage,
  otsuThreshold,
  threshold,
  watershedSplit,
} from "@platewright/functions/ndarray";
import { describe, expect, it } from "vitest";
import { readFixture, type StoredArray, toArray, valuesOf } from "./fixture.ts";

interface Case {
  readonly input: StoredArray;
  readonly mask: StoredArray;
  readonly label4: StoredArray;
  readonly label8: StoredArray;
  readonly distance: StoredArray;
  readonly thresholds: readonly number[];
}

describe.each(readFixture<Case[]>("objects"))("$input.dtype of shape $input.shape", (known) => {
  const stack = toArray(known.input);
  const mask = toArray(known.mask);

  it("thresholds each slice where scikit-image's Otsu does", () => {
    const result = otsuThreshold(stack);
    expect(result.data).toBeInstanceOf(BoolArray);
    expect(valuesOf(result)).toEqual(valuesOf(mask));
  });

  it("thresholds strictly above a value", () => {
    const first = stack.pick(0, null, null);
    expect(valuesOf(threshold(first, { value: known.thresholds[0] ?? 0 }))).toEqual(
      valuesOf(mask.pick(0, null, null)),
    );
  });

  it("labels as scikit-image does, over edges and over corners", () => {
    expect(valuesOf(label(mask, { connectivity: 4 }))).toEqual(valuesOf(toArray(known.label4)));
    expect(valuesOf(label(otsuThreshold(stack)))).toEqual(valuesOf(toArray(known.label8)));
  });

  it("measures distances as scipy does", () => {
    expect(valuesOf(distanceTransform(mask))).toEqual(valuesOf(toArray(known.distance)));
  });

  it("reports the same Otsu threshold for each image", () => {
    known.thresholds.forEach((value, z) => {
      const [, { measurements }] = measureImage(stack.pick(z, null, null));
      expect(measurements.otsu_threshold).toBeCloseTo(value, 4);
    });
  });
});

it("finds no foreground in a constant slice", () => {
  const image = wrap([4, 5], "uint16", new Uint16Array(20).fill(7));
  expect(valuesOf(otsuThreshold(image))).toEqual(new Array(20).fill(0));
});

it("splits two touching discs and leaves one alone", () => {
  const discs = [
    [20, 18],
    [20, 40],
    [50, 60],
  ] as const;
  const mask = wrap([71, 83], "bool", new Uint8Array(71 * 83));
  for (let y = 0; y < 71; y++) {
    for (let x = 0; x < 83; x++) {
      mask.set(y, x, discs.some(([cy, cx]) => Math.hypot(y - cy, x - cx) <= 12.2) ? 1 : 0);
    }
  }
  expect(Math.max(...valuesOf(label(mask)))).toBe(2);
  const split = watershedSplit(mask);
  expect(discs.map(([y, x]) => split.get(y, x))).toEqual([1, 2, 3]);
  expect(valuesOf(split).map((value) => value > 0)).toEqual(valuesOf(mask).map(Boolean));
});

it("measures an image and hands it on untouched", () => {
  const image = wrap([2, 2], "uint8", Uint8Array.of(1, 2, 3, 10));
  const [same, { measurements }] = measureImage(image);
  expect(same).toBe(image);
  expect(measurements).toEqual({
    mean_intensity: 4,
    sd_intensity: Math.sqrt(12.5),
    min_intensity: 1,
    median_intensity: 2.5,
    max_intensity: 10,
    integrated_intensity: 16,
    otsu_threshold: 3,
  });
});

it("whole numbers of a wide range are counted in 256 bins", () => {
  const image = wrap([1, 5], "int32", Int32Array.of(0, 0, 1000, 2 ** 21, 2 ** 21));
  expect(measureImage(image)[1].measurements.otsu_threshold).toBe(2 ** 12);
});
