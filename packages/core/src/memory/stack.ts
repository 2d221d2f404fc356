import { PlatewrightError } from "../errors.ts";
import { createHostArray, type HostArray, sliceOf } from "./host-array.ts";
import { hostPool } from "./host-pool.ts";
import type { ConversionOptions, MemoryRegistry } from "./memory-registry.ts";
import type { ArrayInfo, MemoryTypeName } from "./memory-type.ts";
import { releaseCopy } from "./release-copy.ts";

/**
 * Joins [Y, X] slices to a [Z, Y, X] stack of the memory type `to`, dtype kept. Throws "array" for no slices, for a
 * slice that is not 2-D, and for slices of different shapes; "dtype" for slices of different dtypes, naming both.
 */
export async function stackSlices(
  registry: MemoryRegistry,
  slices: readonly unknown[],
  to?: MemoryTypeName,
  given: ConversionOptions = {},
): Promise<unknown> {
  const first = slices[0];
  if (first === undefined) {
    throw new PlatewrightError("array", "The list of slices is empty: a stack has at least one slice.");
  }
  const infos = slices.map((slice) => registry.describe(slice));
  const info = checkSlices(infos);
  const target = registry.get(to ?? registry.typeOf(first));
  const options = {
    ...given,
    device: given.device ?? infos.find(({ device }) => device !== undefined)?.device,
  };
  const shape = [slices.length, ...info.shape];
  if (target.stack && slices.every((slice) => target.is(slice)))
    return target.stack(slices as never, options);
  // A single slice is its own stack, in the memory where it lies or was brought to.
  const only = slices.length === 1 ? await registry.convert(first, "host", options) : undefined;
  const stack: HostArray = only
    ? createHostArray(shape, only.dtype, only.data)
    : hostPool.allocate(shape, info.dtype);
  let isShared = false;
  try {
    for (const [z, slice] of only ? [] : slices.entries()) {
      const host = await registry.convert(slice, "host", options);
      sliceOf(stack, z).data.set(host.data as never);
      releaseCopy(registry, host, slice);
    }
    const converted = await registry.convert(stack, target.name, options);
    isShared = registry.storageOf(converted) === registry.storageOf(stack);
    return converted;
  } finally {
    if (!isShared && only) releaseCopy(registry, stack, first);
    else if (!isShared) hostPool.release(stack.data);
  }
}

/** The [Y, X] slices of a [Z, Y, X] stack, in its memory type. Throws "array" where the array is no stack. */
export async function unstackSlices(registry: MemoryRegistry, stack: unknown): Promise<readonly unknown[]> {
  const { shape, device } = registry.describe(stack);
  if (shape.length !== 3) {
    throw new PlatewrightError(
      "array",
      `A stack has three dimensions [Z, Y, X]; this array has the shape (${shape.join(", ")}).`,
      { shape },
    );
  }
  const type = registry.get(registry.typeOf(stack));
  if (type.unstack) return type.unstack(stack as never);
  const host = await registry.convert(stack, "host");
  return Promise.all(
    Array.from({ length: shape[0] as number }, (_, z) =>
      registry.convert(sliceOf(host, z), type.name, { device }),
    ),
  );
}

function checkSlices(infos: readonly ArrayInfo[]): ArrayInfo {
  const first = infos[0] as ArrayInfo;
  for (const [index, { shape, dtype }] of infos.entries()) {
    const found = `(${shape.join(", ")})`;
    if (shape.length !== 2) {
      throw new PlatewrightError("array", `Slice ${index} has the shape ${found}; a slice is 2-D [Y, X].`, {
        index,
        shape,
      });
    }
    if (shape[0] !== first.shape[0] || shape[1] !== first.shape[1]) {
      throw new PlatewrightError(
        "array",
        `Slice ${index} has the shape ${found}, but slice 0 has (${first.shape.join(", ")}). The slices of a stack have one shape.`,
        { index, shape, first: first.shape },
      );
    }
    if (dtype !== first.dtype) {
      throw new PlatewrightError(
        "dtype",
        `Slice ${index} is ${dtype}, but slice 0 is ${first.dtype}. The slices of a stack have one dtype; cast them first.`,
        { index, dtype, first: first.dtype },
      );
    }
  }
  return first;
}
