import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createKernels,
  normalizeLut,
  normalizeRange,
  otsuThreshold,
  otsuThresholdOfFloat,
  percentilesFromHistogram,
} from "../src/index.ts";
import { emptyLike, isSmall } from "../src/pixels.ts";
import { readFixture, type StoredArray, toSlice } from "./fixture.ts";

interface NormalizeCase {
  readonly image: StoredArray;
  readonly percentiles: readonly number[];
  readonly values: readonly number[];
  readonly expected: StoredArray;
}

it("tabulates the stretch of every grey level that normalizeRange computes", () => {
  const bound = fc.oneof(
    fc.double({ min: -300, max: 66_000, noNaN: true }),
    fc.integer({ min: 0, max: 300 }),
    fc.constantFrom(0, 255, 65535),
  );
  fc.assert(
    fc.property(bound, bound, fc.constantFrom(Uint8Array, Uint16Array), (low, high, Type) => {
      const levels = Type === Uint8Array ? 256 : 65536;
      const every = new Type(levels);
      for (let level = 0; level < levels; level++) every[level] = level;
      const wanted = normalizeRange(every, low, high, levels - 1, new Type(levels));
      const lut = normalizeLut(low, high, new Type(levels));
      expect(Buffer.compare(Buffer.from(lut.buffer), Buffer.from(wanted.buffer))).toBe(0);
    }),
  );
});

describe.each(["auto", "typescript"] as const)("intensity kernels, backend %s", (backend) => {
  const kernels = createKernels({ backend });

  it("normalises to percentiles bit-identically to numpy", () => {
    for (const { image, percentiles, values, expected } of readFixture<NormalizeCase[]>("normalize")) {
      const { data } = toSlice(image);
      const { data: wanted } = toSlice(expected);
      const found = kernels.percentiles([data], percentiles);
      expect(found).toEqual(values);
      const [low = 0, high = 0] = found;
      if (isSmall(data)) {
        const counts = kernels.histogram(data, new Uint32Array(data instanceof Uint8Array ? 256 : 65536));
        expect(percentilesFromHistogram(counts, data.length, percentiles)).toEqual(values);
        const lut = normalizeLut(low, high, emptyLike(data, counts.length));
        expect(kernels.applyLut(data, lut, emptyLike(data, data.length))).toEqual(wanted);
      } else {
        const out = emptyLike(wanted, wanted.length);
        expect(normalizeRange(data, low, high, 65535, out)).toEqual(wanted);
      }
    }
  });

  it("counts a stack slice by slice", () => {
    const slices = [Uint16Array.of(1, 2, 65535), Uint16Array.of(2, 2)];
    const counts = new Uint32Array(65536).fill(9);
    slices.forEach((data, i) => {
      kernels.histogram(data, counts, { accumulate: i > 0 });
    });
    expect([counts[0], counts[1], counts[2], counts[65535]]).toEqual([0, 1, 3, 1]);
  });

  it("finds Otsu's threshold as scikit-image does, integer and float", () => {
    for (const { image, expected } of readFixture<{ image: StoredArray; expected: number }[]>("otsu")) {
      const { data } = toSlice(image);
      if (isSmall(data)) {
        const counts = kernels.histogram(data, new Uint32Array(data instanceof Uint8Array ? 256 : 65536));
        expect(otsuThreshold(counts)).toBe(expected);
      } else if (data instanceof Float32Array || data instanceof Float64Array)
        expect(otsuThresholdOfFloat(data)).toBe(expected);
    }
  });

  it("blurs within rounding of scipy", () => {
    interface Case {
      readonly image: StoredArray;
      readonly sigma: number;
      readonly truncate: number;
      readonly expected: StoredArray;
    }
    for (const { image, sigma, truncate, expected } of readFixture<Case[]>("gaussian")) {
      const slice = toSlice(image);
      const wanted = toSlice(expected).data;
      const size = wanted.length;
      const single = kernels.gaussian(slice, sigma, new Float32Array(size), { truncate });
      const scale = Math.max(...wanted.map(Math.abs));
      expect(Math.max(...single.map((v, i) => Math.abs(v - (wanted[i] ?? 0)) / scale))).toBeLessThan(1e-6);
      if (!isSmall(slice.data)) continue;
      const whole = kernels.gaussian(slice, sigma, emptyLike(slice.data, size), { truncate });
      expect(Math.max(...[...whole].map((v, i) => Math.abs(v - (wanted[i] ?? 0))))).toBeLessThan(0.51);
    }
  });

  it("composites channels as numpy does in float32", () => {
    interface Case {
      readonly slices: readonly StoredArray[];
      readonly weights: readonly number[];
      readonly expected: StoredArray;
    }
    for (const { slices, weights, expected } of readFixture<Case[]>("composite")) {
      const out = new Uint16Array(9 * 31);
      const data = slices.map((slice) => toSlice(slice).data);
      expect(kernels.composite(data, weights, out)).toEqual(toSlice(expected).data);
    }
  });
});

describe.each(["auto", "typescript"] as const)("percentiles of many slices, backend %s", (backend) => {
  const kernels = createKernels({ backend });

  it("equal those of their concatenation", () => {
    const slices = [Float32Array.of(5, -0.5, 3), Float32Array.of(-7, 1e9)];
    expect(kernels.percentiles(slices, [0, 50, 100])).toEqual([-7, 3, 1e9]);
  });

  it("are NaN where a pixel is NaN, as numpy's", () => {
    expect(kernels.percentiles([Float32Array.of(1, Number.NaN, 2)], [50])).toEqual([Number.NaN]);
    expect(kernels.percentiles([Float32Array.of(1, 2, 3), Float32Array.of(Number.NaN)], [0])).toEqual([
      Number.NaN,
    ]);
    expect(kernels.percentiles([Float64Array.of(1, Number.NaN, 2)], [50])).toEqual([Number.NaN]);
  });

  it("refuse what is not a percentage", () => {
    expect(() => kernels.percentiles([Uint8Array.of(1)], [101])).toThrow("percentile 101 is outside 0–100");
  });
});

it("stretches nothing where both ends are one", () => {
  for (const Type of [Float32Array, Float64Array, Int16Array])
    expect([...normalizeRange(Type.of(1, 2, 3), 2, 2, 1, new Type(3).fill(7))]).toEqual([0, 0, 0]);
});

it("takes the first of Otsu's thresholds that part a histogram equally well, as scikit-image", () => {
  expect(otsuThreshold(Uint32Array.of(1, 1, 1))).toBe(0);
});

// Truth: skimage.filters.threshold_otsu 0.19 of the same float32 pixels.
it.each([
  ["above", 0.8437499403953552, [0, 3], 0.837890625],
  ["below", 4.893359184265137, [4.699999809265137, 5.800000190734863], 4.8955078125],
] as const)("moves a pixel that rounding put %s its bin of Otsu's", (_, pixel, [least, most], threshold) => {
  expect(otsuThresholdOfFloat(Float32Array.of(least, pixel, pixel, most))).toBe(threshold);
});
