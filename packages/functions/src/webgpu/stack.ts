import { type GpuArray, valuesPerWord, wrapBuffer } from "@platewright/backend-webgpu";
import { type DType, PlatewrightError, storedBytesPerElement } from "@platewright/core";

/** The sides of a stack, and how many pixels a slice has. */
export interface Sides {
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly plane: number;
}

/** The sides of a stack [Z, Y, X] or slice [Y, X]. Throws "array" for any other number of dimensions, or no pixels. */
export function sidesOf({ shape }: GpuArray): Sides {
  const [width = 0, height = 0, depth = 1] = [...shape].reverse();
  if ((shape.length !== 2 && shape.length !== 3) || depth * height * width === 0) {
    throw new PlatewrightError(
      "array",
      `An image has the shape [Z, Y, X] or [Y, X] and at least one pixel; this has (${shape.join(", ")}).`,
      { shape: [...shape] },
    );
  }
  return { depth, height, width, plane: height * width };
}

/** Some slices of a stack: a view. */
export function slicesFrom(stack: GpuArray, from: number, count: number): GpuArray {
  const { height, width, plane } = sidesOf(stack);
  const { gpu, buffer, dtype, offset } = stack;
  return wrapBuffer(gpu, buffer, [count, height, width], dtype, offset + from * plane);
}

/** Slices that are worked on together, so that what lies between two shaders stays small. */
export interface Slab {
  readonly from: number;
  readonly count: number;
}

/** Bytes that the slices of a slab may take in one scratch array. */
export const slabBytes = 2 ** 26;

/**
 * Cuts a stack into slabs of which a slice takes `bytes` in a scratch array. Results of `dtype` begin on a whole word in
 * each of them.
 */
export function slabsOf({ depth, plane }: Sides, dtype: DType, bytes: number): readonly Slab[] {
  const perWord = valuesPerWord(dtype);
  const step = [1, 2, 4].find((count) => (count * plane) % perWord === 0) ?? 4;
  const count = step * Math.max(1, Math.floor(slabBytes / (bytes * step)));
  return Array.from({ length: Math.ceil(depth / count) }, (_, i) => ({
    from: i * count,
    count: Math.min(count, depth - i * count),
  }));
}

/** Bytes of so many packed values, in whole words. */
export function packedBytes(values: number, dtype: DType): number {
  return 4 * Math.ceil((values * storedBytesPerElement(dtype)) / 4);
}

/** Keeps what `make` gives for each dtype, since shaders differ by it. */
export function byDType<T>(make: (dtype: DType) => T): (dtype: DType) => T {
  const made = new Map<DType, T>();
  return (dtype) => {
    const known = made.get(dtype) ?? make(dtype);
    made.set(dtype, known);
    return known;
  };
}
