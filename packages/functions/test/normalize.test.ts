import { wrap } from "@platewright/backend-ndarray";
import { percentileNormalize, stackPercentileNormalize } from "@platewright/functions/ndarray";
import { describe, expect, it } from "vitest";
import { readFixture, type StoredArray, toArray, valuesOf } from "./fixture.ts";

interface Case {
  readonly input: StoredArray;
  readonly low: number;
  readonly high: number;
  readonly slice: StoredArray;
  readonly stack: StoredArray;
}

describe.each(readFixture<Case[]>("normalize"))(
  "$input.dtype of shape $input.shape, $low to $high",
  (known) => {
    const { low, high } = known;

    it("stretches each slice as numpy does", () => {
      const result = percentileNormalize(toArray(known.input), { low, high });
      expect(valuesOf(result)).toEqual(valuesOf(toArray(known.slice)));
    });

    it("stretches a stack by its common percentiles as numpy does", () => {
      const result = stackPercentileNormalize(toArray(known.input), { low, high });
      expect(valuesOf(result)).toEqual(valuesOf(toArray(known.stack)));
    });
  },
);

it("gives black for a constant image", () => {
  const image = wrap([3, 3], "uint16", new Uint16Array(9).fill(500));
  expect(valuesOf(percentileNormalize(image))).toEqual(new Array(9).fill(0));
});

it("refuses percentiles in the wrong order", () => {
  const image = wrap([1, 2], "uint8", Uint8Array.of(1, 2));
  expect(() => percentileNormalize(image, { low: 60, high: 40 })).toThrow(/low is 60 and high is 40/);
});

it("refuses a mask", () => {
  const mask = wrap([1, 2], "bool", Uint8Array.of(0, 1));
  expect(() => stackPercentileNormalize(mask)).toThrow(/bool mask/);
});
