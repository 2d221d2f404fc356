import { allocate, type NdArray, ndarrayBackend, toDense, wrap } from "@platewright/backend-ndarray";
import { type CellRow, countCells, whiteTophat } from "@platewright/functions/ndarray";
import { describe, expect, it } from "vitest";
import { readFixture, type StoredArray, toArray, valuesOf } from "./fixture.ts";
import { plantCells, randomOf } from "./plant-cells.ts";

interface Case {
  readonly input: StoredArray;
  readonly minArea: number;
  readonly excludeBorder: boolean;
  readonly labels: StoredArray;
  readonly table: Readonly<Record<string, readonly number[]>>;
}

const columns: readonly (readonly [keyof CellRow, string])[] = [
  ["label", "label"],
  ["area_px", "area"],
  ["centroid_y_px", "centroid-0"],
  ["centroid_x_px", "centroid-1"],
  ["bbox_min_y_px", "bbox-0"],
  ["bbox_min_x_px", "bbox-1"],
  ["bbox_max_y_px", "bbox-2"],
  ["bbox_max_x_px", "bbox-3"],
  ["mean_intensity", "mean_intensity"],
  ["integrated_intensity", "sum"],
];

describe.each(readFixture<Case[]>("tables"))(
  "$input.dtype, at least $minArea px, border excluded: $excludeBorder",
  ({ input, minArea, excludeBorder, labels, table }) => {
    const [found, { cells }] = countCells(toArray(input), {
      smoothing: 0,
      split: false,
      minArea,
      excludeBorder,
    });

    it("labels what scikit-image's Otsu and label find", () => {
      expect(valuesOf(found)).toEqual(valuesOf(toArray(labels)));
    });

    it("measures as scikit-image's regionprops_table", () => {
      expect(cells.length).toBeGreaterThan(0);
      for (const [ours, theirs] of columns) {
        const expected = table[theirs] ?? [];
        expect(cells).toHaveLength(expected.length);
        cells.forEach((cell, i) => {
          expect(cell[ours]).toBeCloseTo(expected[i] ?? Number.NaN, 3);
        });
      }
    });
  },
);

describe("planted cells", () => {
  it.each([1, 12, 40, 75, 100])(
    "counts %d cells, some of them touching, without any parameter",
    (planted) => {
      for (const seed of [1, 2, 3]) {
        const image = plantCells({ seed, cells: planted, touching: 0.25, noise: 3 });
        const [, { cells }] = countCells(image);
        expect(Math.abs(cells.length - planted)).toBeLessThanOrEqual(planted < 40 ? 0 : 2);
      }
    },
  );

  it("counts on an uneven background after a white top-hat", () => {
    const image = plantCells({ seed: 9, cells: 40, touching: 0, noise: 3, background: 400 });
    const [, { cells }] = countCells(whiteTophat(image, { radius: 25 }));
    expect(cells).toHaveLength(40);
  });

  it("counts dark cells on a bright background alike", () => {
    const image = plantCells({ seed: 4, cells: 30, touching: 0.25, noise: 3 });
    const inverse = wrap(
      image.shape,
      "uint16",
      (image.data as Uint16Array).map((value) => 4000 - value),
    );
    const [, { cells }] = countCells(inverse, { background: "bright" });
    expect(cells).toHaveLength(countCells(image)[1].cells.length);
  });

  it("numbers the cells in raster order of their first pixels, one row each", () => {
    const [labels, { cells }] = countCells(plantCells({ seed: 5, cells: 60, touching: 0.25, noise: 3 }));
    const order = [...new Set(valuesOf(labels))].filter((value) => value > 0);
    expect(order).toEqual(cells.map((cell) => cell.label));
    expect(order).toEqual(Array.from({ length: cells.length }, (_, i) => i + 1));
  });

  it("drops what is too small, too large or at the edge", () => {
    const image = plantCells({ seed: 6, cells: 50, touching: 0, noise: 3 });
    const [, { cells: all }] = countCells(image);
    const [, { cells: some }] = countCells(image, { minArea: 500, maxArea: 620 });
    expect(some.map((cell) => cell.area_px)).toEqual(
      all.map((cell) => cell.area_px).filter((area) => area >= 500 && area <= 620),
    );
    const [, { cells: inner }] = countCells(image, { excludeBorder: true });
    const isInner = (cell: CellRow): boolean =>
      cell.bbox_min_y_px > 0 &&
      cell.bbox_min_x_px > 0 &&
      cell.bbox_max_y_px < 400 &&
      cell.bbox_max_x_px < 520;
    expect(inner).toHaveLength(all.filter(isInner).length);
    expect(inner.length).toBeLessThan(all.length);
  });

  it("adds columns in µm where the size of a pixel is known", () => {
    const image = plantCells({ seed: 7, cells: 3, touching: 0, noise: 3 });
    const [, { cells: plain }] = countCells(image);
    const [, { cells }] = countCells(image, { pixelSize: 0.5 });
    expect(plain.every((cell) => !("area_um2" in cell))).toBe(true);
    expect(cells.map((cell) => cell.area_um2)).toEqual(plain.map((cell) => cell.area_px / 4));
    expect(cells.map((cell) => cell.centroid_x_um)).toEqual(plain.map((cell) => cell.centroid_x_px / 2));
  });
});

describe("nothing to count", () => {
  const size = 200;
  const fill = (value: (random: () => number, at: number) => number): NdArray => {
    const random = randomOf(11);
    return wrap(
      [size, size],
      "uint16",
      Uint16Array.from({ length: size * size }, (_, at) => value(random, at)),
    );
  };

  it.each([
    ["a constant image", fill(() => 300)],
    ["even noise", fill((random) => 500 + 60 * random())],
    ["bell-shaped noise", fill((random) => 500 + 60 * (random() + random() + random() + random()))],
    ["a ramp", fill((random, at) => 500 + 3 * (at % size) + 60 * random())],
    ["noise of a single grey value", fill((random) => (random() < 0.3 ? 4 : 3))],
    ["single hot pixels", fill((random) => (random() < 0.0005 ? 60000 : 300))],
  ])("finds no cell in %s", (_, image) => {
    const [labels, { cells }] = countCells(image);
    expect(cells).toEqual([]);
    expect(valuesOf(labels).every((value) => value === 0)).toBe(true);
  });

  it("takes a given threshold at its word", () => {
    expect(
      countCells(
        fill(() => 300),
        { threshold: 200 },
      )[1].cells,
    ).toHaveLength(1);
  });

  it("refuses a NaN by saying what to do", () => {
    const image = wrap([2, 2], "float32", Float32Array.of(1, 2, Number.NaN, 3));
    expect(() => countCells(image)).toThrow(/NaN.*earlier step/);
  });

  it("refuses a stack by saying how to take a slice", () => {
    expect(() => countCells(wrap([2, 2, 2], "uint8", new Uint8Array(8)))).toThrow(/\(2, 2, 2\).*pick/);
  });
});

it.each([
  ["whole numbers as they come", { split: false, smoothing: 0 }],
  ["smoothed", { split: false }],
  ["split", {}],
])("a slice without cells gives an empty label image: %s", (_, params) => {
  // Memory that was used before, as the labels will be.
  const used = allocate([16, 24], "int32");
  (used.data as Int32Array).fill(7);
  ndarrayBackend().dispose?.(used);
  const constant = wrap([16, 24], "uint16", new Uint16Array(16 * 24).fill(300));
  const [labels, { cells }] = countCells(constant, params);
  expect(cells).toEqual([]);
  expect([...toDense(labels)].every((label) => label === 0)).toBe(true);
});

it("cells that are neither smoothed nor split are the same, counted in one pass or by a mask", () => {
  const values = Uint16Array.from({ length: 40 * 30 }, (_, i) => {
    const [x, y] = [i % 40, Math.floor(i / 40)];
    return (
      100 + (i % 7) + ((x - 10) ** 2 + (y - 10) ** 2 < 40 || (x - 30) ** 2 + (y - 20) ** 2 < 30 ? 900 : 0)
    );
  });
  const params = { split: false, smoothing: 0, minArea: 10 };
  const [fast, { cells }] = countCells(wrap([30, 40], "uint16", values), params);
  const [slow, { cells: same }] = countCells(wrap([30, 40], "float32", Float32Array.from(values)), params);
  expect(cells).toHaveLength(2);
  expect(cells).toEqual(same);
  expect([...toDense(fast)]).toEqual([...toDense(slow)]);
});

it("keeps cells of just the greatest and the smallest area", () => {
  const image = wrap([20, 20], "uint8", new Uint8Array(400));
  for (let y = 5; y < 11; y++) for (let x = 5; x < 11; x++) image.set(y, x, 200);
  const count = (minArea: number, maxArea: number): number =>
    countCells(image, { smoothing: 0, minArea, maxArea })[1].cells.length;
  expect([count(36, 36), count(30, 35), count(37, 40)]).toEqual([1, 0, 0]);
});

it("holds dark cells of two grey values against the noise of their bright background, not their own", () => {
  const image = wrap([60, 60], "uint16", new Uint16Array(3600).fill(1000));
  for (let y = 5; y < 55; y++) for (let x = 20; x < 40; x++) image.set(y, x, x < 30 ? 100 : 600);
  const [, { cells }] = countCells(image, { background: "bright", smoothing: 0, split: false });
  expect(cells.map((cell) => cell.area_px)).toEqual([1000]);
});
