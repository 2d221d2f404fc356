import { type DType, dtypeOf, hostPool, PlatewrightError, type TypedArray } from "@platewright/core";
import createNdarray, { type NdArray as ScijsNdArray, type TypedArray as ScijsTypedArray } from "ndarray";
import { kernels } from "./kernels.ts";

/** A scijs ndarray over a typed array: `data`, `shape`, `stride` and `offset`, counted in values. */
export type NdArray = ScijsNdArray<ScijsTypedArray>;

/**
 * A class of typed arrays over memory of any kind. Says what `extends Uint8Array<ArrayBufferLike>` would say, which
 * TypeScript before 5.7 refuses.
 */
interface OverAnyBuffer<T> extends Pick<Uint8ArrayConstructor, "BYTES_PER_ELEMENT"> {
  new (length?: number): T;
  new (values: Iterable<number>): T;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
  from(values: Iterable<number>): T;
  of(...values: number[]): T;
}
const Bytes: OverAnyBuffer<Uint8Array> = Uint8Array;
const Floats: OverAnyBuffer<Float32Array> = Float32Array;

/** Yes or no for each pixel, one byte each. The type of its own keeps `bool` apart from `uint8` in an ndarray and all its views. */
export class BoolArray extends Bytes {
  /** Views and copies stay what they are. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return BoolArray as unknown as Uint8ArrayConstructor;
  }
}

/**
 * Values of `float16`, each one that float16 has, as float32. The type of its own keeps `float16` apart from `float32` in
 * an ndarray and all its views.
 */
export class HalfArray extends Floats {
  /** Views and copies stay what they are. */
  static get [Symbol.species](): Float32ArrayConstructor {
    return HalfArray as unknown as Float32ArrayConstructor;
  }
}

/** A new ndarray with undefined content out of the shared pool, to be written whole. Shape [Z, Y, X] or [Y, X]. */
export function allocate(shape: readonly number[], dtype: DType): NdArray {
  return wrap(shape, dtype, hostPool.allocate(shape, dtype).data);
}

/** An ndarray over dense row-major data, which it shares. */
export function wrap(shape: readonly number[], dtype: DType, data: TypedArray): NdArray {
  return createNdarray(tagged(data, dtype) as ScijsTypedArray, [...shape]);
}

/** The dtype of an ndarray. Throws "dtype" where it lies over something that holds no pixels, such as a plain array. */
export function dtypeOfNdarray(array: NdArray): DType {
  const data: unknown = array.data;
  if (data instanceof BoolArray) return "bool";
  if (data instanceof HalfArray) return "float16";
  if (!ArrayBuffer.isView(data)) {
    throw new PlatewrightError(
      "dtype",
      "An ndarray over a plain array or a store has no dtype. Make it over a typed array.",
    );
  }
  return dtypeOf(data);
}

/** The values of an ndarray, dense and row-major: a view where the ndarray is so already, else a copy. */
export function toDense(array: NdArray): TypedArray {
  const data = array.data as TypedArray;
  const size = array.size;
  if (isDense(array)) return data.subarray(array.offset, array.offset + size) as TypedArray;
  const dtype = dtypeOfNdarray(array);
  const { copyStrided } = kernels();
  const dense = hostPool.allocate(array.shape, dtype).data;
  copyStrided(data, array, dense);
  return tagged(dense, dtype);
}

/** Whether the values lie one after the other in row-major order. */
export function isDense({
  shape,
  stride,
}: {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] as number;
    if (length !== 1 && stride[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}

/** The values as the type that tells their dtype. */
function tagged(data: TypedArray, dtype: DType): TypedArray {
  const Tag = dtype === "bool" ? BoolArray : dtype === "float16" ? HalfArray : undefined;
  return !Tag || data instanceof Tag ? data : new Tag(data.buffer, data.byteOffset, data.length);
}
