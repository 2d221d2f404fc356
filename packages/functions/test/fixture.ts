import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { type NdArray, toDense, wrap } from "@platewright/backend-ndarray";
import { type DType, viewOf } from "@platewright/core";

/** An array as make_fixtures.py writes it. */
export interface StoredArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string;
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8")) as T;
}

export function toArray({ dtype, shape, data }: StoredArray): NdArray {
  const bytes = Uint8Array.from(inflateSync(Buffer.from(data, "base64")));
  const length = shape.reduce((size, side) => size * side, 1);
  return wrap(shape, dtype, viewOf(dtype, bytes.buffer, 0, length));
}

/** The values of an ndarray in row-major order. */
export function valuesOf(array: NdArray): number[] {
  return Array.from(toDense(array));
}

/** The same image as a view with gaps, an offset, and rows and slices that run backwards. */
export function scattered(array: NdArray): NdArray {
  const sides = array.shape.map((side) => 2 * side + 1);
  const room = new (array.data.constructor as Float64ArrayConstructor)(
    sides.reduce((size, side) => size * side, 1),
  );
  const whole = wrap(sides, "float64", room.fill(1));
  const view = whole.lo(...sides.map(() => 1)).step(...sides.map(() => -2)) as NdArray;
  const values = valuesOf(array);
  const index = new Array<number>(array.dimension).fill(0);
  for (const value of values) {
    view.set(...index, value);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (array.shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return view;
}
