import { type DType, outOfMemory, PlatewrightError, sizeOf, storedBytesPerElement } from "@platewright/core";
import type { GpuArray } from "../gpu-array.ts";
import { builtInParams, type Shader } from "./shader.ts";
import { valuesPerWord } from "./value-text.ts";

/** A part of a buffer, in bytes. */
export interface BufferPart {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** The part of a buffer that a shader sees of an array, and how many values into it the array begins. */
export interface Binding extends BufferPart {
  readonly shift: number;
}

/**
 * What a shader sees of an array: from the last place before it where a binding may begin. Throws "out-of-memory"
 * where it is longer than the device binds, so that the work is tried on smaller stacks.
 */
export function bindingOf({ gpu, buffer, shape, dtype, offset }: GpuArray): Binding {
  const { minStorageBufferOffsetAlignment: step, maxStorageBufferBindingSize: most } = gpu.device.limits;
  const size = storedBytesPerElement(dtype);
  const from = Math.floor((offset * size) / step) * step;
  const end = Math.ceil(((offset + sizeOf(shape)) * size) / 4) * 4;
  const bytes = Math.max(end - from, 4);
  if (bytes > Math.min(most, maxIndexedBytes)) {
    const { liveBytes } = gpu.usage();
    throw outOfMemory({
      device: gpu.id,
      requestedBytes: bytes,
      liveBytes,
      budgetBytes: Math.min(most, maxIndexedBytes),
    });
  }
  return { buffer, offset: from, size: bytes, shift: offset - from / size };
}

/** Shaders count values in u32, and a shift and the padding of the last word are added to that. */
const maxIndexedBytes = 2 ** 32 - 1024;

/** A stretch of the values of a result, both ends on whole words unless the last. */
export interface ValueRange {
  readonly from: number;
  readonly to: number;
}

/** The scalars of one run of a shader, as they lie in memory. Throws "parameter" where one is missing. */
export function paramsOf(
  shader: Shader,
  buffers: { readonly [name: string]: GpuArray },
  params: { readonly [name: string]: number },
  range: ValueRange | undefined,
): ArrayBuffer {
  const given: { [name: string]: number } = { ...params, zero: 0 };
  for (const name of Object.keys(shader.buffers)) {
    const array = buffers[name];
    if (array) given[`shift_${name}`] = bindingOf(array).shift;
  }
  if (range && shader.output) {
    const perWord = valuesPerWord(shader.output);
    given.first_word = range.from / perWord;
    given.end_word = Math.ceil(range.to / perWord);
    given.end = range.to;
  }
  const fields = [
    ...Object.entries(builtInParams(shader.buffers, shader.output)),
    ...Object.entries(shader.params),
  ];
  const view = new DataView(new ArrayBuffer(4 * fields.length));
  fields.forEach(([name, type], i) => {
    const value = given[name];
    if (value === undefined) {
      throw new PlatewrightError("parameter", `The shader "${shader.label}" needs the parameter "${name}".`);
    }
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  return view.buffer;
}

/**
 * What is bound besides the parameters, in order: the result of a value shader, then its buffers. Throws "array" where
 * one is missing or not of the declared dtype.
 */
export function resourcesOf(
  shader: Shader,
  buffers: { readonly [name: string]: GpuArray },
  result: GpuArray | undefined,
): readonly BufferPart[] {
  const resources = Object.entries(shader.buffers).map(([name, use]) => {
    if (use.kind === "values") return resourceOf(shader, name, buffers[name], use.dtype);
    const resource = resourceOf(shader, name, buffers[name], dtypesOfWords[use.type]);
    if (buffers[name] && bindingOf(buffers[name]).shift > 0) throw viewOfWords(shader, name);
    return resource;
  });
  return shader.output ? [resourceOf(shader, "result", result, shader.output), ...resources] : resources;
}

const dtypesOfWords = { u32: "uint32", i32: "int32", f32: "float32", "atomic<u32>": "uint32" } as const;

function resourceOf({ label }: Shader, name: string, array: GpuArray | undefined, dtype: DType): BufferPart {
  if (array?.dtype === dtype) {
    const { buffer, offset, size } = bindingOf(array);
    return { buffer, offset, size };
  }
  throw new PlatewrightError(
    "array",
    `The shader "${label}" takes ${dtype} as "${name}", not ${array ? array.dtype : "nothing"}.`,
    { shader: label, name, dtype: array?.dtype },
  );
}

function viewOfWords({ label }: Shader, name: string): PlatewrightError {
  return new PlatewrightError(
    "array",
    `The shader "${label}" takes the words "${name}" from the start of a buffer, not from within a view. Declare them as values(…), or copy the view.`,
    { shader: label, name },
  );
}
