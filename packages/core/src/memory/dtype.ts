import { PlatewrightError } from "../errors.ts";

/**
 * The typed array that holds the values of each dtype on the host. `bool` is one byte a value, 0 or 1; `float16` lies in
 * a Float32Array, whose values are ones that float16 has.
 */
export interface TypedArrays {
  readonly bool: Uint8Array;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly uint16: Uint16Array;
  readonly int16: Int16Array;
  readonly uint32: Uint32Array;
  readonly int32: Int32Array;
  readonly float16: Float32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** The type of one pixel, named as in NumPy. */
export type DType = keyof TypedArrays;

/** A typed array of any dtype. */
export type TypedArray = TypedArrays[DType];

const constructors = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** All dtypes. */
export const dtypes: readonly DType[] = Object.freeze(Object.keys(constructors) as DType[]);

/** Whether a value is the name of a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(constructors, value);
}

/** Whether the dtype holds whole numbers; `bool` does not count as one. */
export function isIntegerDType(dtype: DType): boolean {
  return integerRange(dtype) !== undefined;
}

/** Bytes of one value on the host, in the dtype's typed array: 4 for `float16`. */
export function bytesPerElement(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/** Bytes of one value where it is stored, in files and packed on a device: 2 for `float16`, else as on the host. */
export function storedBytesPerElement(dtype: DType): number {
  return dtype === "float16" ? 2 : bytesPerElement(dtype);
}

/** The least and greatest value of an integer dtype; `undefined` for floats and `bool`. */
export function integerRange(dtype: DType): { readonly min: number; readonly max: number } | undefined {
  const bits = bytesPerElement(dtype) * 8;
  if (dtype.startsWith("uint")) return { min: 0, max: 2 ** bits - 1 };
  if (dtype.startsWith("int")) return { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 };
  return undefined;
}

/** A typed array over part of a buffer. `byteOffset` must be a multiple of the values' size; `length` counts values. */
export function viewOf<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArrays[D] {
  return new constructors[dtype](buffer as ArrayBuffer, byteOffset, length) as unknown as TypedArrays[D];
}

/** A new typed array of `length` zeros. */
export function createTypedArray<D extends DType>(dtype: D, length: number): TypedArrays[D] {
  return new constructors[dtype](length) as unknown as TypedArrays[D];
}

/** The dtype of a typed array; a Uint8Array is `uint8`, a Float32Array `float32`. Throws for BigInt arrays, DataViews and all else. */
export function dtypeOf(data: ArrayBufferView): DType {
  if (data instanceof Uint8ClampedArray) return "uint8";
  for (const dtype of dtypes) {
    if (dtype !== "bool" && dtype !== "float16" && data instanceof constructors[dtype]) return dtype;
  }
  throw new PlatewrightError(
    "dtype",
    `A ${data.constructor.name} holds no pixels. Use one of the typed arrays of ${dtypes.join(", ")}.`,
  );
}
