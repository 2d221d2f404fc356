// Kernels exist for minima and maxima. The compiler makes a copy of a generic function for each type argument, so the
// end of the order is a type too, told apart by its sign at compile time.
export type Min = u8;
export type Max = i8;

/** The smaller or larger of each lane of pixel type T. */
export function pick<T, K>(a: v128, b: v128): v128 {
  return isSigned<K>() ? v128.max<T>(a, b) : v128.min<T>(a, b);
}

/** The smaller or larger of two pixels. */
export function pickOne<T, K>(a: T, b: T): T {
  return isSigned<K>() ? max<T>(a, b) : min<T>(a, b);
}

/** A vector that every pixel replaces: all ones for a minimum, all zeros for a maximum. */
export function neutral<K>(): v128 {
  return isSigned<K>() ? i8x16.splat(0) : i8x16.splat(-1);
}

/** A byte that fills memory with pixels which every pixel replaces. */
export function neutralByte<K>(): u8 {
  return isSigned<K>() ? 0 : 255;
}
