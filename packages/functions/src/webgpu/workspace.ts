import { type ArrayInfo, type DType, sizeOf, storedBytesPerElement } from "@platewright/core";
import { slabBytes } from "./stack.ts";

/**
 * What functions work in, as `workspace` of their contracts: so many scratch arrays, each of as many slices as are worked on
 * together, in `bytes` a pixel (default: the dtype's own).
 */
export function scratchArrays(count: number, bytes: (dtype: DType) => number = storedBytesPerElement) {
  return ({ shape, dtype }: Pick<ArrayInfo, "shape" | "dtype">): number => {
    const each = (pixels: readonly number[]): number => sizeOf(pixels) * bytes(dtype);
    return count * Math.min(each(shape), Math.max(each(shape.slice(-2)), slabBytes));
  };
}
