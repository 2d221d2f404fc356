import { bytesPerElement, type DType, integerRange } from "@platewright/core";

/** The type in which a shader computes with the values of a dtype: unsigned dtypes and `bool` in u32, signed in i32. */
export type NumberType = "u32" | "i32" | "f32";

/** The WGSL type that holds a value of the dtype exactly. */
export function numberTypeOf(dtype: DType): NumberType {
  if (dtype === "float32") return "f32";
  return dtype.startsWith("int") ? "i32" : "u32";
}

/** How many values of the dtype lie in one 32-bit word. */
export function valuesPerWord(dtype: DType): number {
  return 4 / bytesPerElement(dtype);
}

/**
 * WGSL that reads values out of the packed words of the buffer `name`, starting `params.shift_<name>` values into it:
 * `load_<name>(i)` gives value `i` as its number type, `bits_<name>(i)` its bits, zero-extended, and `float_<name>(i)`
 * the nearest float, half to even.
 */
export function loadText(name: string, dtype: DType): string {
  const bits = 8 * bytesPerElement(dtype);
  const type = numberTypeOf(dtype);
  const at = `let at = i + params.shift_${name};`;
  const packed =
    bits === 32
      ? `return ${name}[at];`
      : `return (${name}[at >> ${bits === 16 ? 1 : 2}u] >> ((at & ${32 / bits - 1}u) * ${bits}u)) & ${mask(bits)};`;
  const signed =
    bits === 32
      ? `bitcast<i32>(bits_${name}(i))`
      : `bitcast<i32>(bits_${name}(i) << ${32 - bits}u) >> ${32 - bits}u`;
  const value = { u32: `bits_${name}(i)`, i32: signed, f32: `bitcast<f32>(bits_${name}(i))` }[type];
  // WGSL leaves open how f32() rounds 32-bit integers; both halves are exact, and a sum rounds once.
  const halves = `f32(v >> 16u) * 65536.0 + f32(v & 0xffff${type === "u32" ? "u" : ""})`;
  const float = type === "f32" ? "v" : bits === 32 ? halves : "f32(v)";
  return `
fn bits_${name}(i: u32) -> u32 { ${at} ${packed} }
fn load_${name}(i: u32) -> ${type} { return ${value}; }
fn float_${name}(i: u32) -> f32 {
  let v = load_${name}(i);
  return ${float};
}`;
}

/**
 * WGSL about the values a shader gives: their number type `Value`, `bits_of` for storing one (integers wrap), and how
 * a float becomes one: `rounded` half to even, `truncated` toward zero, both saturated.
 */
export function resultText(dtype: DType): string {
  const type = numberTypeOf(dtype);
  const bits = 8 * bytesPerElement(dtype);
  if (type === "f32") {
    return `
alias Value = f32;
fn bits_of(v: Value) -> u32 { return bitcast<u32>(v); }
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

function mask(bits: number): string {
  return `0x${(2 ** bits - 1).toString(16)}u`;
}
