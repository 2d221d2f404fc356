import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  castValues,
  createHostArray,
  type DType,
  dtypes,
  type TypedArray,
  toStored,
} from "@platewright/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { levelShapes, reducePlane } from "../src/plate/pyramid.ts";

const shapes = [
  [1, 1],
  [1, 4],
  [5, 1],
  [2, 2],
  [7, 9],
  [64, 33],
] as const;

describe("a pyramid", () => {
  it("halves, rounded up, until no side is longer than 256", () => {
    expect(levelShapes([256, 256])).toEqual([[256, 256]]);
    expect(levelShapes([1025, 300])).toEqual([
      [1025, 300],
      [513, 150],
      [257, 75],
      [129, 38],
    ]);
  });

  it("rounds halves to the even number, up and down, below zero too", () => {
    const rows = [
      [0, 0, 1, 1, 0],
      [1, 1, 1, 2, 1],
      [1, 1, 2, 2, 2],
      [-1, -1, 0, 0, 0],
      [-1, -2, -1, -2, -2],
      [-3, -2, -2, -3, -2],
      [3, 2, 2, 3, 2],
    ];
    for (const dtype of ["int8", "int16", "int32", "float32"] as const)
      for (const [a = 0, b = 0, c = 0, d = 0, mean = 0] of rows) {
        const { data } = plane([2, 2], dtype, [a, b, c, d]);
        const expected = dtype === "float32" ? (a + b + c + d) / 4 : mean;
        expect(Math.abs((reducePlane(data, [2, 2], dtype, "mean")[0] ?? Number.NaN) - expected)).toBe(0);
      }
  });

  it("is NumPy's to the bit, for every dtype, odd edges and extreme values", () => {
    const folder = temporaryFolder();
    for (const [i, shape] of shapes.entries())
      for (const dtype of dtypes) {
        const { data } = plane(shape, dtype, randomValues(shape[0] * shape[1], dtype));
        write(join(folder, `${i}-${dtype}.from`), toStored(dtype, data));
        for (const kind of ["mean", "nearest"] as const)
          write(
            join(folder, `${i}-${dtype}.${kind}`),
            toStored(dtype, reducePlane(data, shape, dtype, kind)),
          );
      }
    const program = `
import sys, json, numpy
folder, shapes, dtypes = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
seen = 0
for i, shape in enumerate(shapes):
    for dtype in dtypes:
        load = lambda kind: numpy.fromfile(f"{folder}/{i}-{dtype}.{kind}", dtype)
        image = load("from").reshape(shape)
        half = [-(-n // 2) for n in shape]
        nearest = image[::2, ::2]
        assert (load("nearest").reshape(half).view("u1") == numpy.ascontiguousarray(nearest).view("u1")).all()
        mean = numpy.empty(half, dtype)
        for y in range(half[0]):
            for x in range(half[1]):
                rows = [r.astype(float) for r in image[2 * y:2 * y + 2, 2 * x:2 * x + 2]]
                total = sum(sum(row) for row in rows)
                value = total / sum(len(row) for row in rows)
                mean[y, x] = value if dtype.startswith("float") else numpy.rint(value)
        if dtype == "bool": mean = nearest
        assert (load("mean").reshape(half).view("u1") == numpy.ascontiguousarray(mean).view("u1")).all(), (shape, dtype)
        seen += 1
print(seen)`;
    const printed = runPython(program, [folder, JSON.stringify(shapes), JSON.stringify(dtypes)]);
    expect(printed).toBe(`${shapes.length * dtypes.length}\n`);
  });
});

function plane(shape: readonly number[], dtype: DType, values: readonly number[]) {
  const array = createHostArray(shape, dtype);
  castValues(Float64Array.from(values), array.data, dtype);
  return array;
}

/** Extreme values are as likely as others. */
function randomValues(count: number, dtype: DType): readonly number[] {
  const bits = Number(/\d+$/.exec(dtype)?.[0] ?? 1);
  const signed = dtype.startsWith("int");
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = low + 2 ** bits - 1;
  return Array.from({ length: count }, () => {
    const part = Math.random();
    const digits = dtype === "float16" ? 5 : 20;
    if (dtype.startsWith("float")) return (part - 0.5) * 10 ** Math.floor(Math.random() * digits);
    if (part < 0.1) return low;
    return part < 0.2 ? high : low + Math.floor(part * (high - low));
  });
}

function write(path: string, data: TypedArray): void {
  writeFileSync(path, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
