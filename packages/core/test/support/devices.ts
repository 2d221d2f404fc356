import {
  bytesPerElement,
  createHostArray,
  createTypedArray,
  type DType,
  dtypes,
  type HostArray,
  type MemoryType,
  sizeOf,
  type TypedArray,
} from "@platewright/core";
import type { GpuImage, TfTensor } from "../pipeline/fixtures/backends.ts";

/** A memory type whose every array has memory of its own, and a count of what is not yet disposed of. */
export interface Counted<M extends "shader" | "tensor"> {
  readonly type: MemoryType<M>;
  /** Buffers that were made and not disposed of. */
  live(): number;
  /** Buffers that were made. */
  made(): number;
  /** Buffers that were disposed of twice. */
  twice(): number;
  /** Devices that conversions asked for. */
  readonly asked: (string | undefined)[];
  /** A new array. Throws nothing. */
  create(shape: readonly number[], dtype: DType, values: TypedArray): CountedArray<M>;
  /** The values; throws where they were disposed of. */
  read(array: CountedArray<M>): TypedArray;
}

type CountedArray<M extends "shader" | "tensor"> = { shader: GpuImage; tensor: TfTensor }[M];

/** The memory type `shader`, as on a GPU: no views, no stacking, everything goes through the host. */
export function createShader(): Counted<"shader"> {
  return createCounted("shader", "gpu", "buffer", "gpu:0");
}

/** The memory type `tensor`: on the CPU, but in memory of its own. */
export function createTensor(): Counted<"tensor"> {
  return createCounted("tensor", "cpu", "dataId", undefined);
}

function createCounted<M extends "shader" | "tensor">(
  name: M,
  processor: "cpu" | "gpu",
  field: "buffer" | "dataId",
  device: string | undefined,
): Counted<M> {
  const memory = new Map<object, TypedArray>();
  const asked: (string | undefined)[] = [];
  let made = 0;
  let twice = 0;
  const storageOf = (array: unknown): object => (array as Record<typeof field, object>)[field];
  const create = (shape: readonly number[], dtype: DType, values: TypedArray): CountedArray<M> => {
    const storage = {};
    memory.set(storage, values.slice() as TypedArray);
    made++;
    return { shape, dtype, [field]: storage } as unknown as CountedArray<M>;
  };
  const read = (array: unknown): TypedArray => {
    const values = memory.get(storageOf(array));
    if (!values) throw new Error(`This ${name} was disposed of.`);
    return values;
  };
  const type: MemoryType<"shader"> = {
    kind: "memory-type",
    name: name as "shader",
    processor,
    dtypes,
    is: (value): value is GpuImage => typeof value === "object" && value !== null && field in value,
    describe: ({ shape, dtype }) => ({
      shape,
      strides: shape.map((_, axis) => sizeOf(shape.slice(axis + 1))),
      dtype,
      bytes: sizeOf(shape) * bytesPerElement(dtype),
      ...(device === undefined ? {} : { device }),
    }),
    storageOf,
    toHost: (array): HostArray => {
      const data = createTypedArray(array.dtype, sizeOf(array.shape));
      data.set(read(array));
      return createHostArray(array.shape, array.dtype, data);
    },
    fromHost: ({ shape, dtype, data }, options) => {
      asked.push(options?.device);
      return create(shape, dtype, data) as GpuImage;
    },
    dispose: (array) => {
      if (!memory.delete(storageOf(array))) twice++;
    },
  };
  return {
    type: type as unknown as MemoryType<M>,
    live: () => memory.size,
    made: () => made,
    twice: () => twice,
    asked,
    create,
    read,
  };
}
