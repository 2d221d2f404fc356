import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKernels, distanceTransform, peakMarkers, splitTouching, watershed } from "../src/index.ts";

interface Disc {
  readonly y: number;
  readonly x: number;
  readonly radius: number;
}

function draw(width: number, height: number, discs: readonly Disc[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const { y, x, radius } of discs)
    for (let at = 0; at < mask.length; at++)
      if ((Math.floor(at / width) - y) ** 2 + ((at % width) - x) ** 2 <= radius * radius) mask[at] = 1;
  return mask;
}

describe("splitting touching cells", () => {
  it.each([8, 12, 20, 30])("separates a ring of cells of radius %i that overlap by a tenth", (radius) => {
    const side = radius * 8;
    const away = (radius * 1.8) / (2 * Math.sin(Math.PI / 6));
    const discs = Array.from({ length: 6 }, (_, i) => ({
      y: side / 2 + away * Math.sin((i * Math.PI) / 3),
      x: side / 2 + away * Math.cos((i * Math.PI) / 3),
      radius,
    }));
    const mask = draw(side, side, discs);
    const labels = new Int32Array(mask.length);
    expect(createKernels().label({ data: mask, width: side, height: side }, labels)).toBe(1);
    expect(splitTouching({ data: mask, width: side, height: side }, labels)).toBe(6);
    const centres = discs.map(({ y, x }) => labels[Math.round(y) * side + Math.round(x)]);
    expect(new Set(centres).size).toBe(6);
    expect(labels.every((label, at) => (label !== 0) === (mask[at] !== 0))).toBe(true);
  });

  it("leaves single cells whole, at any radius and place", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 80, noNaN: true }),
        fc.double({ min: 0, max: 80, noNaN: true }),
        (radius, y, x) => {
          const mask = draw(80, 80, [{ radius, y, x }]);
          expect(splitTouching({ data: mask, width: 80, height: 80 }, new Int32Array(mask.length))).toBe(1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("gives the parts that one watershed over the whole slice gives", () => {
    const side = 160;
    const room = new Float32Array(side * side).fill(Number.NaN);
    const disc = fc.record({
      y: fc.double({ min: 0, max: side, noNaN: true }),
      x: fc.double({ min: 0, max: side, noNaN: true }),
      radius: fc.double({ min: 0, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(disc, { maxLength: 40 }), (discs) => {
        const mask = draw(side, side, discs);
        const labels = new Int32Array(mask.length);
        const slice = { data: mask, width: side, height: side };
        const count = splitTouching(slice, labels, { distance: room });
        expect(splitTouching(slice, new Int32Array(mask.length))).toBe(count);

        const distance = distanceTransform(
          { data: mask, width: side, height: side },
          new Float32Array(mask.length),
        );
        const relief = { data: distance, width: side, height: side };
        createKernels().gaussian(relief, 2, distance);
        const whole = new Int32Array(mask.length);
        expect(peakMarkers(relief, whole, { mask, h: 0.5 })).toBe(count);
        for (let at = 0; at < distance.length; at++) distance[at] = -(distance[at] as number);
        watershed(relief, whole, { mask, connectivity: 8 });
        const numbers = new Map(
          [...new Set(whole)].filter((label) => label !== 0).map((label, i) => [label, i + 1]),
        );
        expect([...labels]).toEqual([...whole].map((label) => numbers.get(label) ?? 0));
      }),
      { numRuns: 30 },
    );
  });

  it("gives a mask without background one label, and an empty mask none", () => {
    const labels = new Int32Array(12);
    expect(splitTouching({ data: new Uint8Array(12).fill(1), width: 4, height: 3 }, labels)).toBe(1);
    expect([...labels]).toEqual(new Array(12).fill(1));
    expect(splitTouching({ data: new Uint8Array(12), width: 4, height: 3 }, labels)).toBe(0);
  });
});

describe("peak markers", () => {
  it("keep the peaks that stand at least h above the pass to a higher one", () => {
    const profile = { data: Float32Array.of(1, 5, 3, 4, 0, 9, 8.5, 8.75), width: 8, height: 1 };
    const markers = (h: number): number[] => {
      const out = new Int32Array(8);
      peakMarkers(profile, out, { h });
      return [...out];
    };
    expect(markers(0)).toEqual([0, 1, 0, 2, 0, 3, 0, 4]);
    expect(markers(1)).toEqual([0, 1, 0, 2, 0, 3, 0, 0]);
    expect(markers(2)).toEqual([0, 1, 0, 0, 0, 2, 0, 0]);
    expect(markers(6)).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it("mark a plateau once, at its first pixel", () => {
    const out = new Int32Array(6);
    expect(peakMarkers({ data: Uint8Array.of(2, 7, 7, 7, 7, 2), width: 6, height: 1 }, out)).toBe(1);
    expect([...out]).toEqual([0, 1, 0, 0, 0, 0]);
  });
});

describe("the distance transform", () => {
  it("is the distance to the nearest zero pixel", () => {
    const scenes = fc
      .record({
        width: fc.integer({ min: 1, max: 24 }),
        height: fc.integer({ min: 1, max: 24 }),
        share: fc.double({ min: 0, max: 1 }),
        seed: fc.nat(),
      })
      .map(({ width, height, share, seed }) => {
        let state = seed | 1;
        const data = Uint8Array.from({ length: width * height }, () => {
          state = Math.imul(state, 1664525) + 1013904223;
          return (state >>> 8) / 16777216 < share ** 0.1 ? 1 : 0;
        });
        return { data, width, height };
      });
    fc.assert(
      fc.property(scenes, (mask) => {
        const { data, width } = mask;
        const zeros = [...data.keys()].filter((at) => data[at] === 0);
        const found = distanceTransform(mask, new Float64Array(data.length));
        data.forEach((_, at) => {
          const nearest = zeros.reduce((least, zero) => {
            const dy = Math.floor(at / width) - Math.floor(zero / width);
            const dx = (at % width) - (zero % width);
            return Math.min(least, dy * dy + dx * dx);
          }, Number.POSITIVE_INFINITY);
          if (found[at] !== Math.sqrt(nearest)) expect(found[at]).toBe(Math.sqrt(nearest));
        });
      }),
    );
  });
});

it("of peaks as high as each other the first stands for its component", () => {
  const out = new Int32Array(3);
  expect(peakMarkers({ data: Float32Array.of(5, 3, 5), width: 3, height: 1 }, out, { h: 10 })).toBe(1);
  expect([...out]).toEqual([1, 0, 0]);
});
