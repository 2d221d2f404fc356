import {
  type ArrayInfo,
  bytesOf,
  type ConvertOptions,
  type HostArray,
  type MemoryType,
  PlatewrightError,
  sizeOf,
} from "@platewright/core";
import {
  createDeviceProvider,
  type GpuDeviceProvider,
  type GpuDeviceProviderOptions,
} from "./device-provider.ts";
import { download } from "./download.ts";
import { createGpuArray, type GpuArray, gpuDTypes, isGpuArray, wrapBuffer } from "./gpu-array.ts";
import { upload } from "./upload.ts";

/** The memory type `webgpu`, and its devices. */
export interface WebgpuBackend extends MemoryType<"webgpu"> {
  readonly devices: GpuDeviceProvider;
}

/**
 * The memory type `webgpu`: arrays in the buffers of GPU devices. The devices are opened when they are leased, and
 * destroyed after their last lease; with `device` it borrows one, which stays its owner's.
 */
export function webgpuBackend(options: GpuDeviceProviderOptions = {}): WebgpuBackend {
  const devices = createDeviceProvider(options);
  const fromHost = async (host: HostArray, options?: ConvertOptions): Promise<GpuArray> => {
    const array = await createGpuArray(devices.deviceOf(options?.device), host.shape, host.dtype);
    try {
      await upload(array.gpu, host.data, array.buffer);
    } catch (thrown) {
      array.gpu.release(array.buffer);
      throw thrown;
    }
    return array;
  };
  return {
    kind: "memory-type",
    name: "webgpu",
    processor: "gpu",
    dtypes: gpuDTypes,
    devices,
    is: isGpuArray,
    describe,
    storageOf: ({ buffer }) => buffer,
    toHost: (array) => download(array),
    fromHost,
    unstack,
    dispose: ({ gpu, buffer }) => gpu.release(buffer),
  };
}

function describe({ gpu, shape, dtype }: GpuArray): ArrayInfo {
  return {
    shape,
    strides: shape.map((_, axis) => sizeOf(shape.slice(axis + 1))),
    dtype,
    device: gpu.id,
    bytes: bytesOf(shape, dtype),
  };
}

function unstack({ gpu, buffer, shape, dtype, offset }: GpuArray): readonly GpuArray[] {
  if (shape.length !== 3) {
    throw new PlatewrightError(
      "array",
      `A stack has 3 dimensions [Z, Y, X]; this has shape (${shape.join(", ")}).`,
    );
  }
  const [length = 0, ...slice] = shape;
  return Array.from({ length }, (_, z) => wrapBuffer(gpu, buffer, slice, dtype, offset + z * sizeOf(slice)));
}
