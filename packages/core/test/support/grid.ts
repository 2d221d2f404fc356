import {
  bytesPerElement,
  createHostArray,
  type DType,
  dtypes,
  type HostArray,
  hostPool,
  type MemoryType,
  sizeOf,
  type TypedArray,
} from "@platewright/core";
import type { NdArray } from "../pipeline/fixtures/backends.ts";

const grids = new WeakSet<object>();

/** A strided array over values that it shares. */
export function createGrid(
  shape: readonly number[],
  dtype: DType,
  values: TypedArray,
  strides: readonly number[] = rowMajor(shape),
  offset = 0,
): NdArray {
  const array: NdArray = {
    shape,
    strides,
    offset,
    dtype,
    values,
    pick: (index) =>
      createGrid(shape.slice(1), dtype, values, strides.slice(1), offset + index * (strides[0] as number)),
  };
  grids.add(array);
  return array;
}

/** A new grid out of the shared pool, made of `value(i)` for each index of the row-major order. */
export function gridFrom(shape: readonly number[], dtype: DType, value: (index: number) => number): NdArray {
  const { data } = hostPool.allocate(shape, dtype);
  for (let i = 0; i < data.length; i++) data[i] = value(i);
  return createGrid(shape, dtype, data);
}

/** The values in row-major order, copied. */
export function valuesOf({ shape, strides, offset, dtype, values }: NdArray): number[] {
  const found: number[] = [];
  const visit = (axis: number, at: number): void => {
    if (axis === shape.length) {
      found.push(dtype === "bool" ? Number(values[at] !== 0) : (values[at] as number));
      return;
    }
    for (let i = 0; i < (shape[axis] as number); i++) visit(axis + 1, at + i * (strides[axis] as number));
  };
  visit(0, offset);
  return found;
}

/** A new grid of the same shape and dtype, each value changed. */
export function mapGrid(array: NdArray, change: (value: number, index: number) => number): NdArray {
  const values = valuesOf(array);
  return gridFrom(array.shape, array.dtype, (i) => change(values[i] as number, i));
}

/** The memory type `grid`: shares memory with the host where the strides allow, its memory recycled by the shared pool. */
export function gridBackend(): MemoryType<"grid"> {
  return {
    kind: "memory-type",
    name: "grid",
    processor: "cpu",
    dtypes,
    is: (value): value is NdArray => typeof value === "object" && value !== null && grids.has(value),
    describe: ({ shape, strides, dtype }) => ({
      shape,
      strides,
      dtype,
      bytes: sizeOf(shape) * bytesPerElement(dtype),
    }),
    hostCost: ({ shape, strides }, direction) =>
      direction === "from" || isDense(shape, strides) ? "view" : "host-copy",
    storageOf: ({ values }) => values.buffer,
    toHost: toHost,
    fromHost: ({ shape, dtype, data }) => createGrid(shape, dtype, data),
    unstack: (stack) => Array.from({ length: stack.shape[0] as number }, (_, z) => stack.pick(z)),
    dispose: ({ values }) => hostPool.release(values),
  };
}

function toHost(array: NdArray): HostArray {
  const { shape, strides, offset, dtype, values } = array;
  if (isDense(shape, strides)) {
    return createHostArray(shape, dtype, values.subarray(offset, offset + sizeOf(shape)));
  }
  const host = hostPool.allocate(shape, dtype);
  host.data.set(valuesOf(array));
  return host;
}

function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  return rowMajor(shape).every((stride, axis) => stride === strides[axis]);
}

function rowMajor(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
