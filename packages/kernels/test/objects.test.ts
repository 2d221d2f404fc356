import { describe, expect, it } from "vitest";
import {
  createKernels,
  distanceTransform,
  type RegionTable,
  regionProperties,
  watershed,
} from "../src/index.ts";
import { readFixture, type StoredArray, toSlice } from "./fixture.ts";

interface LabelCase {
  readonly mask: StoredArray;
  readonly intensity: StoredArray;
  readonly connectivity: 4 | 8;
  readonly labels: StoredArray;
  readonly props: Readonly<Record<string, readonly number[]>>;
}

const COLUMNS: Readonly<Record<string, (table: RegionTable) => ArrayLike<number>>> = {
  area: (table) => table.area,
  "centroid-0": (table) => table.centroidY,
  "centroid-1": (table) => table.centroidX,
  "bbox-0": (table) => table.minRow,
  "bbox-1": (table) => table.minCol,
  "bbox-2": (table) => table.maxRow,
  "bbox-3": (table) => table.maxCol,
  intensity_mean: (table) => table.meanIntensity,
  intensity_min: (table) => table.minIntensity,
  intensity_max: (table) => table.maxIntensity,
};

function expectTable(table: RegionTable, props: LabelCase["props"]): void {
  for (const [name, wanted] of Object.entries(props)) {
    const column = Array.from(COLUMNS[name]?.(table) ?? []);
    expect(column.length).toBe(wanted.length);
    // numpy sums pairwise, which rounds a mean of whole numbers differently in the last bits.
    column.forEach((value, i) => {
      expect(Math.abs(value - (wanted[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    });
  }
}

describe.each(["auto", "typescript"] as const)("labels, backend %s", (backend) => {
  const kernels = createKernels({ backend });
  const cases = readFixture<LabelCase[]>("label");

  it("equal scikit-image's, number for number", () => {
    for (const { mask, connectivity, labels } of cases) {
      const slice = toSlice(mask);
      const wanted = toSlice(labels).data;
      const out = new Int32Array(wanted.length);
      const count = kernels.label(slice, out, { connectivity });
      expect(out).toEqual(wanted);
      expect(count).toBe(Math.max(...wanted));
    }
  });

  it("are measured as scikit-image measures them", () => {
    for (const { mask, intensity, connectivity, labels, props } of cases) {
      const slice = toSlice(mask);
      const pixels = toSlice(intensity).data;
      const out = new Int32Array(pixels.length);
      const table = kernels.labelRegions(slice, { connectivity, intensity: pixels, out });
      expect(out).toEqual(toSlice(labels).data);
      expectTable(table, props);
      const again = regionProperties({ ...slice, data: out }, table.count, pixels);
      expect(again).toEqual(table);
    }
  });

  it("drop small regions and renumber the rest", () => {
    const slice = { data: Uint16Array.of(9, 0, 9, 9, 0, 9, 9, 9), width: 8, height: 1 };
    const out = new Int32Array(8);
    const table = kernels.labelRegions(slice, { minArea: 2, out });
    expect([...out]).toEqual([0, 0, 1, 1, 0, 2, 2, 2]);
    expect([...table.area]).toEqual([2, 3]);
  });

  it("take any threshold", () => {
    const slice = { data: Uint16Array.of(0, 1, 65535), width: 3, height: 1 };
    const count = (threshold: number): number => kernels.label(slice, new Int32Array(3), { threshold });
    expect([-1, 0.5, 65534, 65535, 1e9, Number.NaN].map(count)).toEqual([1, 1, 1, 0, 0, 0]);
  });
});

describe("distance transform", () => {
  it("is exact", () => {
    for (const { mask, expected } of readFixture<{ mask: StoredArray; expected: StoredArray }[]>(
      "distance",
    )) {
      const slice = toSlice(mask);
      const wanted = toSlice(expected).data;
      expect(distanceTransform(slice, new Float64Array(wanted.length))).toEqual(wanted);
    }
  });

  it("is infinite where there is no background", () => {
    const full = { data: new Uint8Array(6).fill(1), width: 3, height: 2 };
    expect([...distanceTransform(full, new Float32Array(6))]).toEqual(
      new Array(6).fill(Number.POSITIVE_INFINITY),
    );
  });
});

describe("watershed", () => {
  it("gives scikit-image's labels, ties included", () => {
    interface Case {
      readonly image: StoredArray;
      readonly markers: StoredArray;
      readonly mask: StoredArray;
      readonly connectivity: 4 | 8;
      readonly expected: StoredArray;
    }
    for (const { image, markers, mask, connectivity, expected } of readFixture<Case[]>("watershed")) {
      const labels = Int32Array.from(toSlice(markers).data);
      watershed(toSlice(image), labels, { mask: toSlice(mask).data, connectivity });
      expect(labels).toEqual(toSlice(expected).data);
    }
  });
});

it("a label that does not occur has no area, an empty box and no centroid", () => {
  const labels = { data: Int32Array.of(0, 2, 2, 0), width: 4, height: 1 };
  const { area, minRow, minCol, maxRow, maxCol, centroidX } = regionProperties(labels, 2);
  expect([area[0], minRow[0], minCol[0], maxRow[0], maxCol[0]]).toEqual([0, 0, 0, 0, 0]);
  expect(centroidX[0]).toBeNaN();
  expect([minCol[1], maxCol[1], centroidX[1]]).toEqual([1, 3, 1.5]);
});

it("the intensities of a region with a NaN are NaN, as in numpy", () => {
  const labels = { data: Int32Array.of(1, 1, 2, 2, 1, 0, 2, 2), width: 4, height: 2 };
  const pixels = Float32Array.of(3, Number.NaN, 5, 6, 1, Number.NaN, 4, Number.NEGATIVE_INFINITY);
  const { minIntensity, maxIntensity, sumIntensity } = regionProperties(labels, 2, pixels);
  expect([...minIntensity]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  expect([...maxIntensity]).toEqual([Number.NaN, 6]);
  expect([...sumIntensity]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
});
