import {
  type Compute,
  defineValueShader,
  type GpuArray,
  numberTypeOf,
  values,
  words,
} from "@platewright/backend-webgpu";
import { bytesPerElement, type DType, integerRange, sizeOf } from "@platewright/core";
import { float64Text } from "../float64-text.ts";
import { infiniteKey, integerOfKeyText, keyOfZero, keyText } from "../sort-key.ts";
import { byDType } from "../stack.ts";
import { rangeKind, rangeWords } from "./find-ranges.ts";

/**
 * Stretches each group of `size` successive values over the dtype's whole range, integers truncated, floats over 0 … 1,
 * by the ranges that `findRanges` gave. Integers are computed in float64, as numpy does.
 */
export async function stretch(
  c: Compute,
  image: GpuArray,
  size: number,
  ranges: GpuArray,
  result: GpuArray,
): Promise<void> {
  const { dtype } = image;
  if (numberTypeOf(dtype) === "f32") {
    c.map(stretchFloats(dtype), { image, ranges }, { size, nan: 0x7fc00000 }, result);
    return;
  }
  const [top = 0, topHigh = 0] = new Uint32Array(Float64Array.of(integerRange(dtype)?.max ?? 1).buffer);
  const most = { key_of_zero: keyOfZero(dtype), top, top_high: topHigh };
  const levels = 2 ** (8 * bytesPerElement(dtype));
  if (size < 2 * levels) {
    c.map(stretchIntegers(dtype), { image, ranges }, { ...most, size }, result);
    return;
  }
  // There are fewer grey levels than pixels: each is computed once.
  const table = await c.scratch([(sizeOf(image.shape) / size) * levels], dtype);
  c.map(tabulate(dtype), { ranges }, { ...most, levels }, table);
  c.map(lookUp(dtype), { image, table }, { size, levels }, result);
}

const stretchFloats = byDType((dtype) =>
  defineValueShader({
    label: `stretch ${dtype}`,
    buffers: { image: values(dtype), ranges: words("u32") },
    params: { size: "u32", nan: "u32" },
    output: dtype,
    code: `
${keyText("image", dtype)}
fn value(i: u32) -> Value {
  let at = (i / params.size) * ${rangeWords}u;
  let kind = ranges[at + ${rangeWords - 1}u];
  let is_nan = kind == ${rangeKind.nan}u || (kind == ${rangeKind.open}u && key_image(i) == ${infiniteKey}u);
  if (is_nan) { return bitcast<f32>(params.nan); }
  if (kind != ${rangeKind.stretch}u) { return 0.0; }
  let low = bitcast<f32>(ranges[at]);
  let high = bitcast<f32>(ranges[at + 1u]);
  let v = load_image(i);
  let clipped = select(select(v, high, v > high), low, v < low);
  return (clipped - low) / bitcast<f32>(ranges[at + 2u]);
}`,
  }),
);

// The key of 0, and the dtype's greatest value as float64.
const topParams = { key_of_zero: "u32", top: "u32", top_high: "u32" } as const;

const stretchText = (dtype: DType) => `
${float64Text}
${integerOfKeyText}
fn stretched(key: u32, group: u32) -> Value {
  let v = f64_of_integer_key(key, params.key_of_zero);
  let at = group * ${rangeWords}u;
  if (ranges[at + ${rangeWords - 1}u] == ${rangeKind.zero}u) { return Value(0); }
  let low = vec2u(ranges[at], ranges[at + 1u]);
  let high = vec2u(ranges[at + 2u], ranges[at + 3u]);
  if (!f64_less(low, v)) { return Value(0); }
  let clipped = select(v, high, f64_less(high, v));
  let scaled = f64_multiply(f64_subtract(clipped, low), vec2u(params.top, params.top_high));
  let whole = f64_to_u32(f64_divide(scaled, vec2u(ranges[at + 4u], ranges[at + 5u])));
  return ${numberTypeOf(dtype) === "i32" ? "bitcast<i32>(whole)" : "whole"};
}`;

const stretchIntegers = byDType((dtype) =>
  defineValueShader({
    label: `stretch ${dtype}`,
    buffers: { image: values(dtype), ranges: words("u32") },
    params: { ...topParams, size: "u32" },
    output: dtype,
    code: `${stretchText(dtype)}
${keyText("image", dtype)}
fn value(i: u32) -> Value { return stretched(key_image(i), i / params.size); }`,
  }),
);

const tabulate = byDType((dtype) =>
  defineValueShader({
    label: `stretched levels of ${dtype}`,
    buffers: { ranges: words("u32") },
    params: { ...topParams, levels: "u32" },
    output: dtype,
    code: `${stretchText(dtype)}
fn value(i: u32) -> Value { return stretched(i % params.levels, i / params.levels); }`,
  }),
);

const lookUp = byDType((dtype) =>
  defineValueShader({
    label: `look up ${dtype}`,
    buffers: { image: values(dtype), table: values(dtype) },
    params: { size: "u32", levels: "u32" },
    output: dtype,
    code: `
${keyText("image", dtype)}
fn value(i: u32) -> Value { return load_table((i / params.size) * params.levels + key_image(i)); }`,
  }),
);
