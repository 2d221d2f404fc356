import { numberTypeOf } from "@platewright/backend-webgpu";
import { bytesPerElement, type DType, integerRange } from "@platewright/core";

/**
 * WGSL: `key_<name>(i)`, an unsigned number that sorts as value `i` of `name` does, of as many bits as the dtype has;
 * of float16, which shaders see as float32, of 32.
 * Negative floats run backwards in their bits; NaN lies beyond the infinities.
 */
export function keyText(name: string, dtype: DType): string {
  const bits = `let bits = bits_${name}(i);`;
  const type = numberTypeOf(dtype);
  if (type === "u32") return `fn key_${name}(i: u32) -> u32 { return bits_${name}(i); }`;
  const flip = `0x${signBit(dtype).toString(16)}u`;
  if (type === "i32") return `fn key_${name}(i: u32) -> u32 { return bits_${name}(i) ^ ${flip}; }`;
  return `fn key_${name}(i: u32) -> u32 { ${bits} return select(bits | ${flip}, ~bits, (bits & ${flip}) != 0u); }`;
}

/** The key of an integer dtype's 0: keys are values plus this. */
export function keyOfZero(dtype: DType): number {
  return numberTypeOf(dtype) === "i32" ? signBit(dtype) : 0;
}

/** WGSL, with `float64Text`: `f64_of_integer_key(key, zero)`, the value of an integer's key as float64, given `keyOfZero`. */
export const integerOfKeyText = `
fn f64_of_integer_key(key: u32, zero: u32) -> vec2u {
  let magnitude = f64_from_u32(select(zero - key, key - zero, key >= zero));
  return select(f64_negate(magnitude), magnitude, key >= zero);
}`;

/** WGSL, with `float64Text`: `f64_of_float_key(key)`, the value of a finite float's key as float64. */
export const floatOfKeyText = `
fn f64_of_float_key(key: u32) -> vec2u {
  return f64_from_f32_bits(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}`;

/** The keys of the values that lie strictly above a grey value: `least` … `most`, none where `least` is greater. */
export interface KeyRange {
  readonly least: number;
  readonly most: number;
}

/** The keys of what is strictly above `value` in pixels of a dtype. NaN is above nothing, and nothing is above NaN. */
export function keysAbove(dtype: DType, value: number): KeyRange {
  const none = { least: 1, most: 0 };
  if (Number.isNaN(value)) return none;
  if (numberTypeOf(dtype) === "f32") return { least: keyAtMost(value) + 1, most: infiniteKey };
  const { min, max } = integerRange(dtype) ?? { min: 0, max: 255 };
  if (value >= max) return none;
  return { least: value < min ? 0 : Math.floor(value) - min + 1, most: max - min };
}

/** The key of a float32 value. */
function keyOfFloat(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

/** The float32 value of a key. */
export function floatOfKey(key: number): number {
  const bits = key >= 0x80000000 ? key - 0x80000000 : ~key;
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
}

/** The greatest key of the values that are not above `value`, which some value of the dtype is at most. */
export function keyOfValue(dtype: DType, value: number): number {
  return numberTypeOf(dtype) === "f32" ? keyAtMost(value) : Math.floor(value) + keyOfZero(dtype);
}

/** The key of float32's infinity; that of its negative is `~infiniteKey`. */
export const infiniteKey = keyOfFloat(Number.POSITIVE_INFINITY);

// The key of the greatest float32 that is not above the value; of the two zeros the greater, which equals the other.
function keyAtMost(value: number): number {
  const nearest = Math.fround(value);
  if (nearest > value) return keyOfFloat(nearest) - 1;
  return keyOfFloat(nearest === 0 ? 0 : nearest);
}

function signBit(dtype: DType): number {
  return 2 ** (8 * bytesPerElement(dtype) - 1);
}
