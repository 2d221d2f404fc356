import {
  type ArrayInfo,
  bytesOf,
  type MemoryType,
  sizeOf,
  storedBytesOf,
  storedBytesPerElement,
  throwIfAborted,
} from "@platewright/core";
import { castGpuArray } from "./cast.ts";
import {
  createDeviceProvider,
  type GpuDeviceProvider,
  type GpuDeviceProviderOptions,
} from "./device-provider.ts";
import { download } from "./download.ts";
import { type GpuArray, gpuDTypes, isGpuArray, paddedBytes } from "./gpu-array.ts";
import { moveGpuArray } from "./move.ts";
import { stackGpuArrays, unstackGpuArray } from "./stack.ts";
import { uploadArray } from "./upload.ts";

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
  return {
    kind: "memory-type",
    name: "webgpu",
    processor: "gpu",
    dtypes: gpuDTypes,
    bytesPerValue: storedBytesPerElement,
    devices,
    is: isGpuArray,
    describe,
    storageOf: ({ buffer }) => buffer,
    async toHost(array, { signal } = {}) {
      throwIfAborted(signal);
      return download(array);
    },
    async fromHost(host, { device, signal } = {}) {
      throwIfAborted(signal);
      return uploadArray(devices.deviceOf(device), host);
    },
    async stack(slices, { device, signal } = {}) {
      throwIfAborted(signal);
      return stackGpuArrays(slices, device === undefined ? undefined : devices.deviceOf(device));
    },
    unstack: unstackGpuArray,
    cast: castGpuArray,
    moveTo: (array, device) => moveGpuArray(array, devices.deviceOf(device)),
    dispose: ({ gpu, buffer }) => gpu.release(buffer),
  };
}

function describe({ gpu, buffer, shape, dtype }: GpuArray): ArrayInfo {
  return {
    shape,
    strides: shape.map((_, axis) => sizeOf(shape.slice(axis + 1))),
    dtype,
    device: gpu.id,
    bytes: bytesOf(shape, dtype),
    ...(buffer.size > paddedBytes(storedBytesOf(shape, dtype)) ? { isPart: true } : {}),
  };
}
