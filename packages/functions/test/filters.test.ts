import { wrap } from "@platewright/backend-ndarray";
import { contractOf } from "@platewright/core";
import { closing, dilation, erosion, gaussian, opening, whiteTophat } from "@platewright/functions/ndarray";
import { describe, expect, it } from "vitest";
import { readFixture, type StoredArray, toArray, valuesOf } from "./fixture.ts";

const operations = { closing, dilation, erosion, opening, whiteTophat };

interface MorphologyCase {
  readonly input: StoredArray;
  readonly results: readonly {
    readonly operation: keyof typeof operations;
    readonly params: { readonly radius?: number; readonly shape?: "square"; readonly footprint?: string };
    readonly expected: StoredArray;
  }[];
}

describe.each(readFixture<MorphologyCase[]>("morphology"))("an image of shape $input.shape", (known) => {
  it.each(known.results)("$operation $params equals scikit-image", ({ operation, params, expected }) => {
    const result = operations[operation](toArray(known.input), params);
    expect(valuesOf(result)).toEqual(valuesOf(toArray(expected)));
  });
});

it.each(["", "010/11", "012", "000/000", "/"])('refuses the footprint "%s" in words', (footprint) => {
  const image = wrap([2, 2], "uint8", new Uint8Array(4));
  expect(() => opening(image, { footprint })).toThrow(/rows of 0 and 1/);
});

interface GaussianCase {
  readonly input: StoredArray;
  readonly sigma: number;
  readonly expected: StoredArray;
}

it.each(readFixture<GaussianCase[]>("gaussian"))(
  "gaussian $sigma of $input.dtype of shape $input.shape is within rounding of scipy",
  (known) => {
    const result = valuesOf(gaussian(toArray(known.input), { sigma: known.sigma }));
    const expected = valuesOf(toArray(known.expected));
    const off = known.input.dtype === "float32" ? 1e-4 : 0.51;
    expect(result).toHaveLength(expected.length);
    result.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(off);
    });
  },
);

it.each([
  ["11111", 2],
  ["1/1/1/1/1/1/1", 3],
  ["1111", 2],
])("a footprint %s reaches as far as its longer side", (footprint, reach) => {
  const haloOf = (fn: unknown): unknown => {
    const { halo } = contractOf(fn) ?? {};
    return typeof halo === "function" && halo({ radius: 9, shape: "disk", footprint } as never);
  };
  expect([haloOf(erosion), haloOf(opening)]).toEqual([reach, 2 * reach]);
});
