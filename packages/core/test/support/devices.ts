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
import { createFakeDevices, type FakeDevices } from "./fake-devices.ts";

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
  /** A new array, on the device `gpu:0` where none is named. Throws as its device does. */
  create(shape: readonly number[], dtype: DType, values: TypedArray, device?: string): CountedArray<M>;
  /** The values; throws where they were disposed of. */
  read(array: CountedArray<M>): TypedArray;
}

type CountedArray<M extends "shader" | "tensor"> = { shader: GpuImage; tensor: TfTensor }[M];

/** The memory type `shader`, as on a GPU: no views, no stacking, everything goes through the host. */
export function createShader(devices: FakeDevices = createFakeDevices(["gpu:0"])): Counted<"shader"> {
  return createCounted("shader", "gpu", "buffer", devices);
}

/** The memory type `tensor`: on the CPU, but in memory of its own. */
export function createTensor(): Counted<"tensor"> {
  return createCounted("tensor", "cpu", "dataId", undefined);
}

function createCounted<M extends "shader" | "tensor">(
  name: M,
  processor: "cpu" | "gpu",
  field: "buffer" | "dataId",
  devices: FakeDevices | undefined,
): Counted<M> {
  const memory = new Map<object, TypedArray>();
  const places = new Map<object, string>();
  const asked: (string | undefined)[] = [];
  let made = 0;
  let twice = 0;
  const storageOf = (array: unknown): object => (array as Record<typeof field, object>)[field];
  const create = (
    shape: readonly number[],
    dtype: DType,
    values: TypedArray,
    device = "gpu:0",
  ): CountedArray<M> => {
    const storage = {};
    devices?.take(device, values.byteLength);
    places.set(storage, device);
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
    describe: ({ shape, dtype, ...rest }) => ({
      shape,
      strides: shape.map((_, axis) => sizeOf(shape.slice(axis + 1))),
      dtype,
      bytes: sizeOf(shape) * bytesPerElement(dtype),
      ...(devices ? { device: places.get(storageOf({ ...rest })) ?? "gpu:0" } : {}),
    }),
    storageOf,
    toHost: (array): HostArray => {
      const data = createTypedArray(array.dtype, sizeOf(array.shape));
      data.set(read(array));
      return createHostArray(array.shape, array.dtype, data);
    },
    fromHost: ({ shape, dtype, data }, options) => {
      asked.push(options?.device);
      return create(shape, dtype, data, options?.device) as GpuImage;
    },
    dispose: (array) => {
      const storage = storageOf(array);
      const bytes = memory.get(storage)?.byteLength ?? 0;
      if (!memory.delete(storage)) twice++;
      else devices?.free(places.get(storage) ?? "gpu:0", bytes);
    },
    ...(devices ? { devices: devices.provider } : {}),
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
