import {
  allocate,
  BoolArray,
  dtypeOfNdarray,
  HalfArray,
  type NdArray,
  toDense,
} from "@platewright/backend-ndarray";
import {
  castValues,
  type DType,
  dtypeOf,
  hostPool,
  PlatewrightError,
  type TypedArray,
  viewOf,
} from "@platewright/core";
import type { Pixels } from "@platewright/kernels";

/** The pixels of a stack as the kernels take them: dense, row-major, one slice after the other. */
export interface DenseStack {
  readonly data: Pixels;
  readonly dtype: DType;
  readonly depth: number;
  readonly height: number;
  readonly width: number;
}

/** One slice of a dense stack. */
export interface DenseSlice {
  readonly data: Pixels;
  readonly dtype: DType;
  readonly height: number;
  readonly width: number;
}

/**
 * Lends the dense pixels of a stack [Z, Y, X] or a slice [Y, X] to `read`. They are the array's own where it is dense:
 * never write to them, and let none of them out of `read`.
 * @throws "array" where the array has another number of dimensions, or no pixels, or is no array.
 */
export function withDense<T>(array: NdArray, read: (stack: DenseStack) => T): T {
  checkImage(array);
  const [width = 0, height = 0, depth = 1] = [...array.shape].reverse();
  if ((array.dimension !== 2 && array.dimension !== 3) || array.size === 0) {
    throw new PlatewrightError(
      "array",
      `An image has the shape [Z, Y, X] or [Y, X] and at least one pixel; this has (${array.shape.join(", ")}).`,
      { shape: [...array.shape] },
    );
  }
  const dense = toDense(array);
  try {
    return read({ data: plain(dense), dtype: dtypeOfNdarray(array), depth, height, width });
  } finally {
    if (hostPool.storageOf(dense) !== hostPool.storageOf(array.data as TypedArray)) hostPool.release(dense);
  }
}

/** Throws "array" for what is no image: who calls a function with its parameters alone means to name it in a pipeline. */
export function checkImage(given: NdArray): void {
  const array: Partial<NdArray> | null | undefined = given;
  if (Array.isArray(array?.shape)) return;
  const what = typeof array === "object" && array !== null ? "an object that is none" : String(array);
  throw new PlatewrightError(
    "array",
    `A function was called with ${what} where it takes an image. In a pipeline, name it with its parameters: use(gaussian, { sigma: 2 }), not gaussian({ sigma: 2 }).`,
  );
}

/** The slices of a dense stack: views. */
export function slicesOf({ data, dtype, depth, height, width }: DenseStack): DenseSlice[] {
  const size = height * width;
  return Array.from({ length: depth }, (_, z) => ({
    data: data.subarray(z * size, (z + 1) * size) as Pixels,
    dtype,
    height,
    width,
  }));
}

/**
 * A new image of this shape and dtype, whose pixels `write` writes as the kernels take them; of float16, each is then
 * rounded to the nearest. Their content is undefined before, and their memory goes back where `write` throws.
 */
export function createImage(
  shape: readonly number[],
  dtype: DType,
  write: (pixels: Pixels) => void,
): NdArray {
  const array = allocate(shape, dtype);
  try {
    const pixels = plain(array.data as TypedArray);
    write(pixels);
    if (dtype === "float16") castValues(pixels, pixels, dtype);
  } catch (thrown) {
    hostPool.release(array.data as TypedArray);
    throw thrown;
  }
  return array;
}

/**
 * Runs a kernel on each slice of a stack [Z, Y, X] or on a slice [Y, X], and gives a new array of the same shape, of
 * `dtype` or the input's own.
 */
export function mapSlices(
  array: NdArray,
  dtype: DType | "same",
  kernel: (slice: DenseSlice, out: Pixels) => void,
): NdArray {
  return withDense(array, (stack) =>
    createImage(array.shape, dtype === "same" ? stack.dtype : dtype, (pixels) => {
      slicesOf(stack).forEach((slice, z) => {
        const size = slice.data.length;
        kernel(slice, pixels.subarray(z * size, (z + 1) * size) as Pixels);
      });
    }),
  );
}

/** Lends temporary memory of undefined content from the pool to `work`. */
export function withScratch<D extends DType, T>(
  length: number,
  dtype: D,
  work: (scratch: ReturnType<typeof hostPool.allocate<D>>["data"]) => T,
): T {
  const { data } = hostPool.allocate([length], dtype);
  try {
    return work(data);
  } finally {
    hostPool.release(data);
  }
}

// Kernels compare constructors, so they get the very types they know instead of their relatives.
function plain(data: TypedArray): Pixels {
  const isRelative = [BoolArray, HalfArray, Uint8ClampedArray].some((Relative) => data instanceof Relative);
  return isRelative ? viewOf(dtypeOf(data), data.buffer, data.byteOffset, data.length) : data;
}
