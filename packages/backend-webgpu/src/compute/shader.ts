import { type DType, PlatewrightError } from "@platewright/core";
import { float16Text, loadText, type NumberType, resultText, valuesPerWord } from "./value-text.ts";

/** Invocations of a workgroup of a value shader. */
export const workgroupSize = 256;

/** Where the result of a value shader is bound; its buffers follow. In a group shader they begin here. */
export const resultBinding = 1;

/**
 * How a shader uses a buffer. Values of an array, a view too, are read through `load_<name>(i)`, `float_<name>(i)` and
 * `bits_<name>(i)`; words are a WGSL array of that name, over an array of a 32-bit dtype that is not a view.
 */
export type BufferUse =
  | { readonly kind: "values"; readonly dtype: DType }
  | { readonly kind: "words"; readonly type: NumberType | "atomic<u32>"; readonly access: "read" | "write" };

/** The buffers of a shader, by name, in the order in which they are bound. */
export type BufferUses = { readonly [name: string]: BufferUse };

/** The scalars a shader takes, read as `params.<name>`. */
export type ParamTypes = { readonly [name: string]: NumberType };

/** A compute shader: its whole text, and what has to be given to run it. Frozen plain data. */
export interface Shader<B extends BufferUses = BufferUses, P extends ParamTypes = ParamTypes> {
  readonly label: string;
  readonly buffers: B;
  readonly params: P;
  /** The dtype of what a value shader gives; a group shader writes into its own buffers. */
  readonly output: DType | undefined;
  readonly text: string;
}

/** A shader that computes each value of an array by itself. */
export interface ValueShader<B extends BufferUses = BufferUses, P extends ParamTypes = ParamTypes>
  extends Shader<B, P> {
  readonly output: DType;
}

/** What the author of a shader gives; left out: no buffers, no parameters. */
export interface ShaderSpec<B extends BufferUses, P extends ParamTypes> {
  /** Its name in messages and in the tools of the driver. */
  readonly label: string;
  readonly buffers?: B;
  readonly params?: P;
  /** WGSL. */
  readonly code: string;
}

/** The values of an array of this dtype, to be read. */
export function values(dtype: DType): { readonly kind: "values"; readonly dtype: DType } {
  return { kind: "values", dtype };
}

/** The words of an array of a 32-bit dtype: a table to read, or something to write. */
export function words(type: NumberType | "atomic<u32>", access: "read" | "write" = "read"): BufferUse {
  return { kind: "words", type, access };
}

/**
 * A shader that gives each value of an array of dtype `output` by itself. Its code defines
 * `fn value(i: u32) -> Value`, where `i` counts values in row-major order and `Value` is the number type of the
 * output: u32 for unsigned dtypes and bool, i32 for signed ones, f32 for floats. Integers wrap and float16 is rounded
 * half to even; `rounded(f32)` and `truncated(f32)` saturate. Packing values into words is done for it.
 *
 * @example
 * const invert = defineValueShader({
 *   label: "invert",
 *   buffers: { image: values("uint16") },
 *   output: "uint16",
 *   code: "fn value(i: u32) -> Value { return 65535u - load_image(i); }",
 * });
 */
export function defineValueShader<const B extends BufferUses = {}, const P extends ParamTypes = {}>(
  spec: ShaderSpec<B, P> & { readonly output: DType },
): ValueShader<B, P> {
  const { output } = spec;
  const own = `
@group(0) @binding(${resultBinding}) var<storage, read_write> result: array<u32>;
${resultText(output)}
${spec.code}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let word = params.first_word + id.x + id.y * groups.x * ${workgroupSize}u;
  if (word >= params.end_word) { return; }
  ${storeText(valuesPerWord(output))}
}`;
  return { ...finish(spec, output, resultBinding + 1, own), output };
}

/**
 * A shader of workgroups that work together, for counts and reductions. Its code holds the entry point, named `main`,
 * with the size of its workgroups, and writes into its own buffers.
 */
export function defineGroupShader<const B extends BufferUses = {}, const P extends ParamTypes = {}>(
  spec: ShaderSpec<B, P>,
): Shader<B, P> {
  return finish(spec, undefined, resultBinding, spec.code);
}

function finish<B extends BufferUses, P extends ParamTypes>(
  spec: ShaderSpec<B, P>,
  output: DType | undefined,
  firstBinding: number,
  own: string,
): Shader<B, P> {
  const buffers = spec.buffers ?? ({} as B);
  const params = spec.params ?? ({} as P);
  const uses = Object.entries(buffers);
  const builtIn = builtInParams(buffers, output);
  const taken = Object.keys(params).find((name) => Object.hasOwn(builtIn, name));
  if (taken) {
    throw new PlatewrightError(
      "declaration",
      `The shader "${spec.label}" has a parameter "${taken}", a name that every shader uses itself. Choose another.`,
      { shader: spec.label, param: taken },
    );
  }
  const fields = [...Object.entries(builtIn), ...Object.entries(params)];
  const dtypes = [output, ...uses.map(([, use]) => (use.kind === "values" ? use.dtype : undefined))];
  const text = `struct Params { ${fields.map(([name, type]) => `${name}: ${type}`).join(", ")} }${dtypes.includes("float16") ? float16Text : ""}
@group(0) @binding(0) var<storage, read> params: Params;
${uses.map(([name, use], i) => bufferText(name, use, firstBinding + i)).join("\n")}
// Keeps a product from being fused with the sum it goes into, so that every device rounds as IEEE 754 says.
fn unfused(v: f32) -> f32 { return bitcast<f32>(bitcast<u32>(v) ^ params.zero); }
${own}
`;
  return Object.freeze({ label: spec.label, buffers, params, output, text });
}

/** The parameters the framework adds before a shader's own, in the order in which they lie in memory. */
export function builtInParams(buffers: BufferUses, output: DType | undefined): ParamTypes {
  const shifts = Object.entries(buffers)
    .filter(([, { kind }]) => kind === "values")
    .map(([name]) => [`shift_${name}`, "u32"] as const);
  const range = output ? ({ first_word: "u32", end_word: "u32", end: "u32" } as const) : {};
  return { zero: "u32", ...range, ...Object.fromEntries(shifts) };
}

function bufferText(name: string, use: BufferUse, binding: number): string {
  const at = `@group(0) @binding(${binding})`;
  if (use.kind === "values")
    return `${at} var<storage, read> ${name}: array<u32>;${loadText(name, use.dtype)}`;
  const access = use.access === "read" ? "read" : "read_write";
  return `${at} var<storage, ${access}> ${name}: array<${use.type}>;`;
}

// A whole word is written at once, by one invocation: neighbours in a word never race. A loop, because drivers copy a
// function into each place that calls it, and would compile long shaders four times over.
function storeText(perWord: number): string {
  if (perWord === 1) return "result[word] = bits_of(value(word));";
  return `let first = word * ${perWord}u;
  var packed = 0u;
  for (var k = 0u; k < min(${perWord}u, params.end - first); k++) {
    packed |= bits_of(value(first + k)) << (k * ${32 / perWord}u);
  }
  result[word] = packed;`;
}
