import { type DType, integerRange } from "@platewright/core";
import {
  type BufferUse,
  defineGroupShader,
  defineValueShader,
  type ParamTypes,
  type Shader,
  type ValueShader,
  values,
  words,
  workgroupSize,
} from "./compute/shader.ts";
import { numberTypeOf } from "./compute/value-text.ts";

/** Makes the shader from one dtype to another; the same one for the same two. */
type ByDTypes<Buffers extends string, P extends ParamTypes> = (
  from: DType,
  to: DType,
) => ValueShader<{ readonly [name in Buffers]: BufferUse }, P>;

/** Each value in dtype `to`, as `castArray` in core has it; NaN, which integers lack, is looked for before. */
export const castShader: ByDTypes<"image", {}> = cached((from, to) =>
  defineValueShader({
    label: `cast ${from} to ${to}`,
    buffers: { image: values(from) },
    output: to,
    code: `${nearestFloat}\nfn value(i: u32) -> Value { return ${castText(from, to)}; }`,
  }),
);

function castText(from: DType, to: DType): string {
  const type = numberTypeOf(from);
  if (to === "bool") {
    // By its bits, since a device may take the smallest floats for 0. NaN counts as no.
    return type === "f32"
      ? "select(0u, 1u, (bits_image(i) & 0x7fffffffu) != 0u && (bits_image(i) & 0x7fffffffu) <= 0x7f800000u)"
      : "select(0u, 1u, bits_image(i) != 0u)";
  }
  if (numberTypeOf(to) === "f32") return type === "f32" ? "load_image(i)" : `nearest_${type}(load_image(i))`;
  if (type === "f32") return "rounded(load_image(i))";
  const range = integerRange(to) ?? { min: 0, max: 1 };
  const own = integerRange(from) ?? { min: 0, max: 1 };
  const literal = (value: number) => (type === "u32" ? `${value}u` : `i32(${value})`);
  const least = literal(Math.max(range.min, own.min));
  const most = literal(Math.min(range.max, own.max));
  return `Value(clamp(load_image(i), ${least}, ${most}))`;
}

// WGSL lets a device choose which of its neighbours an integer becomes that is no float; here, as in IEEE 754, the
// nearest, and the even one of two.
const nearestFloat = `
fn nearest_u32(v: u32) -> f32 {
  if (v < 16777216u) { return f32(v); }
  let shift = 8u - countLeadingZeros(v);
  let rest = v & ((1u << shift) - 1u);
  let half = 1u << (shift - 1u);
  let kept = v >> shift;
  let up = rest > half || (rest == half && (kept & 1u) == 1u);
  return f32(kept + select(0u, 1u, up)) * f32(1u << shift);
}
fn nearest_i32(v: i32) -> f32 {
  return select(nearest_u32(bitcast<u32>(v)), -nearest_u32(bitcast<u32>(-v)), v < 0);
}`;

/** Each value's place in a table of results that has one for each value of the dtype, by its bits. */
export const lookUpShader: ByDTypes<"image" | "table", {}> = cached((from, to) =>
  defineValueShader({
    label: `look up ${from} in ${to}`,
    buffers: { image: values(from), table: values(to) },
    output: to,
    code: "fn value(i: u32) -> Value { return load_table(bits_image(i)); }",
  }),
);

/** The least of a dtype, and above it one for each threshold that the rank of a value reaches. */
export const levelShader: ByDTypes<"image" | "thresholds", { readonly count: "u32" }> = cached((from, to) => {
  const { min } = integerRange(to) ?? { min: 0 };
  return defineValueShader({
    label: `rescale ${from} to ${to}`,
    buffers: { image: values(from), thresholds: words("u32") },
    params: { count: "u32" },
    output: to,
    code: `
${rankText(from)}
fn value(i: u32) -> Value {
  let rank = rank_of(bits_image(i));
  var low = 0u;
  var high = params.count;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (thresholds[middle] <= rank) { low = middle + 1u; } else { high = middle; }
  }
  return Value(low) + Value(${min});
}`,
  });
});

function rankText(from: DType): string {
  const rank = {
    u32: "bits",
    i32: "bits ^ 0x80000000u",
    f32: "select(bits ^ 0x80000000u, ~bits, bits >= 0x80000000u)",
  };
  return `fn rank_of(bits: u32) -> u32 { return ${rank[numberTypeOf(from)]}; }`;
}

/** The complement of the first NaN's place among floats; what was there before, 0, where there is none. */
export const firstNaNShader: (
  dtype: DType,
) => Shader<{ readonly image: BufferUse; readonly first: BufferUse }, { readonly length: "u32" }> = cached(
  (dtype) =>
    defineGroupShader({
      label: `find NaN of ${dtype}`,
      buffers: { image: values(dtype), first: words("atomic<u32>", "write") },
      params: { length: "u32" },
      code: `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * ${workgroupSize}u;
  if (i >= params.length) { return; }
  if ((bits_image(i) & 0x7fffffffu) > 0x7f800000u) { atomicMax(&first[0], ~i); }
}`,
    }),
);

function cached<D extends readonly DType[], T>(define: (...dtypes: D) => T): (...dtypes: D) => T {
  const made = new Map<string, T>();
  return (...dtypes) => {
    const key = dtypes.join(" ");
    const shader = made.get(key) ?? define(...dtypes);
    made.set(key, shader);
    return shader;
  };
}
