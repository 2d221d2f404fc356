import { sizeOf, throwIfAborted } from "@platewright/core";
import { createGpuArray, type GpuArray } from "../gpu-array.ts";
import type { GpuDevice } from "../gpu-device.ts";
import type { ValueRange } from "./bindings.ts";
import { type Run, submitRuns } from "./run.ts";
import { type BufferUses, type ParamTypes, type Shader, type ValueShader, workgroupSize } from "./shader.ts";
import { valuesPerWord } from "./value-text.ts";

/** Collects the runs of shaders that make one result. They start together when the work is described. */
export interface Compute {
  readonly gpu: GpuDevice;
  /** A new array, the caller's to keep if all goes well; its content is undefined. */
  allocate(shape: readonly number[], dtype: GpuArray["dtype"]): Promise<GpuArray>;
  /** An array for what lies between two shaders; it goes back to the pool behind the work. Its content is undefined. */
  scratch(shape: readonly number[], dtype: GpuArray["dtype"]): Promise<GpuArray>;
  /** A small scratch array with these values, such as the weights of a filter. */
  table(values: Float32Array | Int32Array | Uint32Array): Promise<GpuArray>;
  /** Computes the values of `result`, or of the part of it that `range` names. Every value shader writes whole words. */
  map<B extends BufferUses, P extends ParamTypes>(
    shader: ValueShader<B, P>,
    buffers: BuffersOf<B>,
    params: ParamsOf<P>,
    result: GpuArray,
    range?: ValueRange,
  ): void;
  /** Runs a group shader in a grid of workgroups. */
  run<B extends BufferUses, P extends ParamTypes>(
    shader: Shader<B, P>,
    buffers: BuffersOf<B>,
    params: ParamsOf<P>,
    groups: readonly [x: number, y?: number, z?: number],
  ): void;
  /** Sets every value of a scratch array to 0. */
  clear(array: GpuArray): void;
}

/** An array for each buffer of a shader. */
export type BuffersOf<B extends BufferUses> = { readonly [K in keyof B]: GpuArray };

/** A number for each parameter of a shader. */
export type ParamsOf<P extends ParamTypes> = { readonly [K in keyof P]: number };

/**
 * Computes on a device: `work` allocates arrays and says which shaders run over them, in order; then all of it is
 * submitted at once, and its scratch arrays go back to the pool. Resolves with what `work` returned when the device has
 * taken the commands, without waiting for the pixels. Whatever fails, no memory stays behind.
 * Throws "out-of-memory", "device-lost", "declaration" for a shader that doesn't compile, "execution" where the
 * device refuses it, "cancelled".
 *
 * @example
 * const inverted = await compute(image.gpu, async (c) => {
 *   const result = await c.allocate(image.shape, image.dtype);
 *   c.map(invert, { image }, {}, result);
 *   return result;
 * });
 */
export async function compute<T>(
  gpu: GpuDevice,
  work: (compute: Compute) => Promise<T>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const results: GpuArray[] = [];
  const scratches: GpuArray[] = [];
  const runs: Run[] = [];
  const keep = async (list: GpuArray[], shape: readonly number[], dtype: GpuArray["dtype"]) => {
    throwIfAborted(signal);
    const array = await createGpuArray(gpu, shape, dtype);
    list.push(array);
    return array;
  };
  const recorder: Compute = {
    gpu,
    allocate: (shape, dtype) => keep(results, shape, dtype),
    scratch: (shape, dtype) => keep(scratches, shape, dtype),
    async table(values) {
      const dtype = dtypesOfTables[values.constructor.name as keyof typeof dtypesOfTables];
      const array = await keep(scratches, [values.length], dtype);
      const bytes = new Uint8Array(4 * values.length);
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      runs.push({ kind: "write", array, bytes });
      return array;
    },
    map(shader, buffers, params, result, range = { from: 0, to: sizeOf(result.shape) }) {
      const words = Math.ceil((range.to - range.from) / valuesPerWord(result.dtype));
      const groups = gridOf(gpu, Math.ceil(words / workgroupSize));
      runs.push({ kind: "shader", shader, buffers, params, result, range, groups });
    },
    run(shader, buffers, params, [x, y = 1, z = 1]) {
      runs.push({ kind: "shader", shader, buffers, params, groups: [x, y, z] });
    },
    clear: (array) => runs.push({ kind: "clear", array }),
  };
  try {
    const made = await work(recorder);
    await submitRuns(gpu, runs, (bytes) => keep(scratches, [bytes / 4], "uint32"));
    return made;
  } catch (thrown) {
    for (const { buffer } of results) gpu.release(buffer);
    throw thrown;
  } finally {
    for (const { buffer } of scratches) gpu.release(buffer);
  }
}

const dtypesOfTables = { Float32Array: "float32", Int32Array: "int32", Uint32Array: "uint32" } as const;

// More workgroups than fit one dimension go into rows; shaders count on through them.
function gridOf(gpu: GpuDevice, groups: number): readonly [number, number, number] {
  const most = gpu.device.limits.maxComputeWorkgroupsPerDimension;
  const rows = Math.max(1, Math.ceil(groups / most)); // for an empty array too, which takes no workgroup
  return [Math.ceil(groups / rows), rows, 1];
}
