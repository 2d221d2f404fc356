import { PlatewrightError, sizeOf } from "@platewright/core";
import { copyInto } from "./copy.ts";
import { createGpuArray, type GpuArray, wrapBuffer } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { moveGpuArray } from "./move.ts";

/**
 * One [Z, Y, X] array of [Y, X] slices of one shape and dtype, on a device (default: the first slice's): a view where
 * they lie there one behind the other in one buffer, else a copy; what lies on other devices is brought over the host.
 * Throws "array" for no slices, "out-of-memory", "device-lost".
 */
export async function stackGpuArrays(slices: readonly GpuArray[], device?: GpuDevice): Promise<GpuArray> {
  const first = slices[0];
  if (!first) {
    throw new PlatewrightError("array", "The list of slices is empty: a stack has at least one slice.");
  }
  const gpu = device ?? first.gpu;
  const { buffer, dtype, offset } = first;
  const shape = [slices.length, ...first.shape];
  if (first.gpu === gpu && areNeighbours(slices)) return wrapBuffer(gpu, buffer, shape, dtype, offset);
  const made: GpuArray[] = [];
  try {
    const stack = await createGpuArray(gpu, shape, dtype);
    made.push(stack);
    const sources: GpuArray[] = [];
    for (const slice of slices) {
      const source = await moveGpuArray(slice, gpu);
      if (source !== slice) made.push(source);
      sources.push(source);
    }
    await copyInto(stack, sources);
    return made.shift() as GpuArray;
  } finally {
    for (const { buffer } of made) gpu.release(buffer);
  }
}

/** The [Y, X] slices of a [Z, Y, X] array, as views. Throws "array" where the array is no stack. */
export function unstackGpuArray({ gpu, buffer, shape, dtype, offset }: GpuArray): readonly GpuArray[] {
  if (shape.length !== 3) {
    throw new PlatewrightError(
      "array",
      `A stack has 3 dimensions [Z, Y, X]; this has shape (${shape.join(", ")}).`,
      { shape },
    );
  }
  const [length = 0, ...slice] = shape;
  return Array.from({ length }, (_, z) => wrapBuffer(gpu, buffer, slice, dtype, offset + z * sizeOf(slice)));
}

function areNeighbours(slices: readonly GpuArray[]): boolean {
  return slices.every((slice, z) => {
    const before = slices[z - 1];
    return (
      !before || (slice.buffer === before.buffer && slice.offset === before.offset + sizeOf(before.shape))
    );
  });
}
