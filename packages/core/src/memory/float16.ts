import type { DType, TypedArray } from "./dtype.ts";

const double = new Float64Array(1);
const wordsOfDouble = new Int32Array(double.buffer);
const upper = new Uint8Array(Uint16Array.of(1).buffer)[0] as 0 | 1; // the word of sign and exponent: the second on little-endian machines

/**
 * The float16 nearest to a number, as a number: halves to the even one, Infinity from 65,520 on, NaN stays NaN. A number
 * with more digits than float32 has is rounded once, as NumPy's `astype("float16")` does.
 */
export function roundToFloat16(value: number): number {
  double[0] = value;
  const top = wordsOfDouble[upper] as number;
  // What is added leaves no digits below the last one that float16 has: the sum is rounded by the processor.
  wordsOfDouble[upper] = (Math.max((top >> 20) & 0x7ff, 1009) + 42) << 20;
  wordsOfDouble[1 - upper] = 0;
  const shifter = double[0];
  const magnitude = Math.abs(value);
  if (!(magnitude < 65520)) return Number.isNaN(value) ? Number.NaN : value * Number.POSITIVE_INFINITY;
  const rounded = magnitude + shifter - shifter;
  return top < 0 ? -rounded : rounded;
}

/**
 * The 16 bits of each value, IEEE 754 binary16; values that float16 lacks are rounded as `roundToFloat16` does. A NaN
 * keeps the upper part of its payload. `out` is as long as `values`.
 */
export function encodeFloat16(
  values: Float32Array,
  out: Uint16Array = new Uint16Array(values.length),
): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++) out[i] = halfOf(words[i] as number);
  return out;
}

/** The values of IEEE 754 binary16 bits, each exactly, payloads of NaN included. `out` is as long as `halves`, which may be
 * the second half of its memory. */
export function decodeFloat16(
  halves: Uint16Array,
  out: Float32Array = new Float32Array(halves.length),
): Float32Array {
  wordsOfHalves ??= Uint32Array.from({ length: 0x10000 }, (_, half) => wordOf(half));
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) words[i] = wordsOfHalves[halves[i] as number] as number;
  return out;
}

/** The dtype of the bits of a dtype's values where they are stored: `uint16` for `float16`, else the same. */
export function storedDType(dtype: DType): DType {
  return dtype === "float16" ? "uint16" : dtype;
}

/** The values of a dtype as they are stored: the array itself, of `float16` a new Uint16Array of their bits. */
export function toStored(dtype: DType, data: TypedArray): TypedArray {
  return dtype === "float16" ? encodeFloat16(data as Float32Array) : data;
}

/** Writes stored values of a dtype, as of `storedDType`, into `out`, which is as long. */
export function fromStored(dtype: DType, stored: TypedArray, out: TypedArray): void {
  if (dtype === "float16") decodeFloat16(stored as Uint16Array, out as Float32Array);
  else out.set(stored);
}

let wordsOfHalves: Uint32Array | undefined;

/** The bits of a float32 as those of the nearest float16. */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 1);
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000)
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  if (magnitude <= 0x33000000) return sign; // up to half of the least subnormal
  const digits = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - (magnitude >>> 23);
  return sign | ((digits + (1 << (shift - 1)) - 1 + ((digits >>> shift) & 1)) >>> shift);
}

/** The bits of a float16 as those of the float32 of the same value. */
function wordOf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return sign | 0x7f800000 | ((magnitude & 0x3ff) << 13);
  if (magnitude >= 0x400) return sign | ((magnitude << 13) + 0x38000000);
  if (magnitude === 0) return sign;
  const shift = Math.clz32(magnitude) - 21; // until the leading digit is the implicit one
  return sign | ((113 - shift) << 23) | (((magnitude << shift) & 0x3ff) << 13);
}
