import { PlatewrightError } from "../errors.ts";
import {
  bytesPerElement,
  createTypedArray,
  type DType,
  isDType,
  storedBytesPerElement,
  type TypedArrays,
} from "./dtype.ts";

/**
 * An array in ordinary memory, the common language of all memory types and storage backends: dense, row-major
 * (the last axis moves fastest), `data` exactly as long as the shape says. `data` may be a view into a larger buffer.
 */
export interface HostArray<D extends DType = DType> {
  readonly shape: readonly number[];
  readonly dtype: D;
  readonly data: TypedArrays[D];
}

/** How many values an array of this shape holds; 1 for the empty shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** How many bytes an array of this shape and dtype holds on the host. */
export function bytesOf(shape: readonly number[], dtype: DType): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}

/** How many bytes an array of this shape and dtype takes in files and packed on a device, padding aside. */
export function storedBytesOf(shape: readonly number[], dtype: DType): number {
  return sizeOf(shape) * storedBytesPerElement(dtype);
}

/** A host array over `data`, or over new zeros. Throws "array" where the data's length does not fit the shape. */
export function createHostArray<D extends DType>(
  shape: readonly number[],
  dtype: D,
  given?: TypedArrays[D],
): HostArray<D> {
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new PlatewrightError("array", `An array can't have the shape (${shape.join(", ")}).`, { shape });
  }
  const data = given ?? createTypedArray(dtype, sizeOf(shape));
  if (data.length !== sizeOf(shape)) {
    throw new PlatewrightError(
      "array",
      `An array of shape (${shape.join(", ")}) holds ${sizeOf(shape)} values, but its data has ${data.length}.`,
      { shape, length: data.length },
    );
  }
  return { shape: [...shape], dtype, data };
}

/** Whether a value is a host array. What also has strides belongs to an array library, even where it looks alike otherwise. */
export function isHostArray(value: unknown): value is HostArray {
  if (typeof value !== "object" || value === null || "stride" in value || "strides" in value) return false;
  const { shape, dtype, data } = value as Partial<HostArray>;
  return Array.isArray(shape) && isDType(dtype) && ArrayBuffer.isView(data);
}

/** The array's part at one index of its first axis: a view that shares the data. */
export function sliceOf<D extends DType>(array: HostArray<D>, index: number): HostArray<D> {
  const shape = array.shape.slice(1);
  const size = sizeOf(shape);
  return {
    shape,
    dtype: array.dtype,
    data: array.data.subarray(index * size, (index + 1) * size) as TypedArrays[D],
  };
}
