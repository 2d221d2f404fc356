// Kernels exist for minima and maxima. The compiler makes a copy of a generic function for each type argument, so the
// end of the order is a type too, told apart by its sign at compile time.
export type Min = u8;
export type Max = i8;

/** The smaller or larger of each lane of pixel type T; of floats no NaN is expected. */
export function pick<T, K>(a: v128, b: v128): v128 {
  if (isFloat<T>()) return isSigned<K>() ? v128.pmax<T>(a, b) : v128.pmin<T>(a, b);
  return isSigned<K>() ? v128.max<T>(a, b) : v128.min<T>(a, b);
}

/** 32 bits of pixels which every pixel replaces. */
export function neutralBits<T, K>(): i32 {
  if (isFloat<T>()) return isSigned<K>() ? reinterpret<i32>(-f32.POSITIVE_INFINITY) : reinterpret<i32>(f32.POSITIVE_INFINITY);
  return isSigned<K>() ? 0 : -1;
}

/** A vector that every pixel replaces. */
export function neutral<T, K>(): v128 {
  return i32x4.splat(neutralBits<T, K>());
}

/** Fills bytes, whole pixels, with the bits of a neutral one. */
export function fillWith<T>(to: usize, bits: i32, bytes: usize): void {
  if (!isFloat<T>()) {
    memory.fill(to, <u8>bits, bytes);
    return;
  }
  for (const end = to + bytes; to < end; to += 4) store<i32>(to, bits);
}
