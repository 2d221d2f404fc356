/** Every typed array the kernels read: one element a pixel, row-major. */
export type Pixels =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The pixel types that have a full histogram. */
export type SmallPixels = Uint8Array | Uint16Array;

/** The pixel types that have a SIMD path. */
export type VectorPixels = SmallPixels | Float32Array;

/** One image plane: `data[y * width + x]`, shape [Y, X] = [height, width], both at least 1. */
export interface Slice<T extends Pixels = Pixels> {
  readonly data: T;
  readonly width: number;
  readonly height: number;
}

/** The numpy-style name of a pixel type, for messages. */
function dtypeOf(data: Pixels): string {
  return data.constructor.name.replace("Array", "").toLowerCase();
}

/** Whether the pixels are uint8 or uint16. */
export function isSmall(data: Pixels): data is SmallPixels {
  return data instanceof Uint8Array || data instanceof Uint16Array;
}

/** Whether the pixels are uint8, uint16 or float32. */
export function hasVectors(data: Pixels): data is VectorPixels {
  return isSmall(data) || data instanceof Float32Array;
}

/** A new array of the same pixel type as `like`, `length` long, all zeros. */
export function emptyLike<T extends Pixels>(like: T, length: number): T {
  // The constructor of a typed array makes the same typed array; the language has no type for that.
  return allocate(like.constructor as PixelsConstructor<T>, length);
}

interface PixelsConstructor<T extends Pixels> {
  new (length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * A new array of zeros for what grows with the slice.
 * @throws RangeError naming the bytes where the engine refuses them.
 */
export function allocate<T extends Pixels>(Type: PixelsConstructor<T>, length: number): T {
  try {
    return new Type(length);
  } catch (cause) {
    throw new RangeError(
      `Out of memory: the kernels need ${length * Type.BYTES_PER_ELEMENT} bytes to work in, and the engine refuses them. Use smaller slices or tiles.`,
      { cause },
    );
  }
}

/**
 * Checks that a slice's sides are whole numbers of at least 1 and agree with its data.
 * @throws RangeError naming the kernel, the sides and the length found.
 */
export function checkSlice(kernel: string, { data, width, height }: Slice): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw new RangeError(
      `${kernel}: a slice is at least 1 × 1 pixels, got width ${width}, height ${height}. Pass whole sides.`,
    );
  checkLength(kernel, "slice data", data, width * height);
}

/**
 * Checks that an array holds exactly `expected` pixels.
 * @throws RangeError naming the kernel, the array and both lengths.
 */
export function checkLength(kernel: string, name: string, data: Pixels, expected: number): void {
  if (data.length !== expected)
    throw new RangeError(
      `${kernel}: ${name} holds ${data.length} pixels where ${expected} are needed. Pass an array of that length.`,
    );
}

/**
 * Checks that two arrays have the same pixel type.
 * @throws TypeError naming the kernel and both types.
 */
export function checkSameType(kernel: string, name: string, data: Pixels, like: Pixels): void {
  if (data.constructor !== like.constructor)
    throw new TypeError(
      `${kernel}: ${name} is ${dtypeOf(data)} where ${dtypeOf(like)} is needed. Pass an array of the source's type.`,
    );
}
