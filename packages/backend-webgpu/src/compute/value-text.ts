import { type DType, integerRange, storedBytesPerElement } from "@platewright/core";

/** The type in which a shader computes with the values of a dtype: unsigned dtypes and `bool` in u32, signed in i32, floats in f32. */
export type NumberType = "u32" | "i32" | "f32";

/** The WGSL type that holds a value of the dtype exactly. */
export function numberTypeOf(dtype: DType): NumberType {
  if (dtype.startsWith("float")) return "f32";
  return dtype.startsWith("int") ? "i32" : "u32";
}

/** How many values of the dtype lie in one 32-bit word. */
export function valuesPerWord(dtype: DType): number {
  return 4 / storedBytesPerElement(dtype);
}

/**
 * WGSL that reads values out of the packed words of the buffer `name`, starting `params.shift_<name>` values into it:
 * `load_<name>(i)` gives value `i` as its number type, `bits_<name>(i)` its bits, zero-extended (those of the float32 that
 * equals a float16), and `float_<name>(i)` the nearest float, half to even.
 */
export function loadText(name: string, dtype: DType): string {
  const bits = 8 * storedBytesPerElement(dtype);
  const type = numberTypeOf(dtype);
  const at = `let at = i + params.shift_${name};`;
  const packed =
    bits === 32
      ? `${name}[at]`
      : `(${name}[at >> ${bits === 16 ? 1 : 2}u] >> ((at & ${32 / bits - 1}u) * ${bits}u)) & ${mask(bits)}`;
  const widened = dtype === "float16" ? `word_of_half(${packed})` : packed;
  const signed =
    bits === 32
      ? `bitcast<i32>(bits_${name}(i))`
      : `bitcast<i32>(bits_${name}(i) << ${32 - bits}u) >> ${32 - bits}u`;
  const value = { u32: `bits_${name}(i)`, i32: signed, f32: `bitcast<f32>(bits_${name}(i))` }[type];
  // WGSL leaves open how f32() rounds 32-bit integers; both halves are exact, and a sum rounds once.
  const halves = `f32(v >> 16u) * 65536.0 + f32(v & 0xffff${type === "u32" ? "u" : ""})`;
  const float = type === "f32" ? "v" : bits === 32 ? halves : "f32(v)";
  return `
fn bits_${name}(i: u32) -> u32 { ${at} return ${widened}; }
fn load_${name}(i: u32) -> ${type} { return ${value}; }
fn float_${name}(i: u32) -> f32 {
  let v = load_${name}(i);
  return ${float};
}`;
}

/**
 * WGSL about the values a shader gives: their number type `Value`, `bits_of` for storing one (integers wrap, float16 is
 * rounded half to even), and how a float becomes one: `rounded` half to even, `truncated` toward zero, both saturated.
 */
export function resultText(dtype: DType): string {
  const type = numberTypeOf(dtype);
  const bits = 8 * storedBytesPerElement(dtype);
  if (type === "f32") {
    const word = "bitcast<u32>(v)";
    return `
alias Value = f32;
fn bits_of(v: Value) -> u32 { return ${dtype === "float16" ? `half_of_word(${word})` : word}; }
fn rounded(v: f32) -> Value { return v; }
fn truncated(v: f32) -> Value { return v; }`;
  }
  const { min, max } = integerRange(dtype === "bool" ? "uint8" : dtype) ?? { min: 0, max: 255 };
  // The greatest 32-bit integers are no floats; the first float past them is.
  const [least, past] = [min.toFixed(1), (max + 1).toFixed(1)];
  const [first, last] = type === "u32" ? [`${min}u`, `${max}u`] : [`i32(${min})`, `${max}i`];
  return `
alias Value = ${type};
fn bits_of(v: Value) -> u32 { return bitcast<u32>(v) & ${mask(bits)}; }
fn truncated(v: f32) -> Value {
  if (v >= ${past}) { return ${last}; }
  if (v <= ${least}) { return ${first}; }
  return ${type}(v);
}
fn rounded(v: f32) -> Value { return truncated(round(v)); }`;
}

/**
 * WGSL for float16, of which `word_of_half` makes the bits of the float32 that equals it and `half_of_word` the bits of
 * the float16 nearest to a float32. In whole numbers: a device may take subnormals for 0, and need not know NaN.
 */
export const float16Text = `
fn word_of_half(half: u32) -> u32 {
  let sign = (half & 0x8000u) << 16u;
  let magnitude = half & 0x7fffu;
  if (magnitude >= 0x7c00u) { return sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13u); }
  if (magnitude >= 0x400u) { return sign | ((magnitude << 13u) + 0x38000000u); }
  if (magnitude == 0u) { return sign; }
  let shift = countLeadingZeros(magnitude) - 21u;
  return sign | ((113u - shift) << 23u) | (((magnitude << shift) & 0x3ffu) << 13u);
}
fn half_of_word(word: u32) -> u32 {
  let sign = (word >> 16u) & 0x8000u;
  let magnitude = word & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return sign | 0x7c00u | max((magnitude >> 13u) & 0x3ffu, 1u); }
  if (magnitude >= 0x47800000u) { return sign | 0x7c00u; }
  if (magnitude >= 0x38800000u) {
    return sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13u) & 1u)) >> 13u);
  }
  if (magnitude <= 0x33000000u) { return sign; }
  let digits = (magnitude & 0x7fffffu) | 0x800000u;
  let shift = 126u - (magnitude >> 23u);
  return sign | ((digits + (1u << (shift - 1u)) - 1u + ((digits >> shift) & 1u)) >> shift);
}`;

function mask(bits: number): string {
  return `0x${(2 ** bits - 1).toString(16)}u`;
}
