import {
  castGpuArray,
  type GpuArray,
  type GpuDeviceProvider,
  type WebgpuBackend,
} from "@platewright/backend-webgpu";
import { type MemoryType, throwIfAborted } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { checkStack } from "../stack.ts";
import { dtypeOfTensor, isTensor, markDType, type Tf, tfjsDTypes } from "../tensor.ts";
import { describeTensor } from "../tfjs-backend.ts";
import { createSharedTensors, type SharedTensors } from "./shared-tensors.ts";

/** A value of a tensor takes a word on the device, whatever its dtype. */
const bytesPerTensorValue = 4;

/** What is joined. */
export interface TfjsOnWebgpuOptions {
  /** TensorFlow.js as imported; it needs no backend of its own. */
  readonly tf: Tf;
  /** The memory type `webgpu`, whose devices TensorFlow.js computes on. */
  readonly webgpu: WebgpuBackend;
}

/** The memory type `tfjs` on the devices of `webgpu`. */
export interface TfjsOnWebgpu extends MemoryType<"tfjs"> {
  readonly devices: GpuDeviceProvider;
  readonly shared: SharedTensors;
}

/**
 * The memory type `tfjs` on the devices of the memory type `webgpu`: one GPUDevice, one budget, one pool of buffers.
 * Devices are leased from either. With `shareBuffers` an array of one is an array of the other without a copy.
 *
 * @example
 * const webgpu = webgpuBackend();
 * const tfjs = tfjsOnWebgpu({ tf, webgpu });
 * const pw = createPlatewright(ndarrayBackend(), webgpu, tfjs, ...shareBuffers(tfjs, webgpu));
 */
export function tfjsOnWebgpu({ tf, webgpu }: TfjsOnWebgpuOptions): TfjsOnWebgpu {
  const shared = createSharedTensors(tf);
  const { devices } = webgpu;

  /** Runs work on arrays of `webgpu`, and takes the result over; what was made on the way and is not shared is let go of. */
  async function throughArrays(
    tensors: readonly Tensor[],
    work: (arrays: readonly GpuArray[]) => Promise<GpuArray>,
  ): Promise<Tensor> {
    const own = new Set<GPUBuffer>(tensors.map((tensor) => shared.storageOf(tensor)));
    const made: GpuArray[] = [];
    try {
      for (const tensor of tensors) made.push(await shared.toArray(tensor));
      made.push(await work(made.slice()));
      const tensor = await shared.fromArray(made.at(-1) as GpuArray);
      own.add(shared.storageOf(tensor));
      return tensor;
    } finally {
      for (const { gpu, buffer } of made) if (!own.has(buffer)) gpu.release(buffer);
    }
  }

  return {
    kind: "memory-type",
    name: "tfjs",
    processor: "gpu",
    dtypes: tfjsDTypes,
    bytesPerValue: () => bytesPerTensorValue,
    devices,
    shared,
    is: isTensor,
    describe: (tensor) => ({ ...describeTensor(tensor), device: shared.of(tensor).gpu.id }),
    storageOf: (tensor) => shared.storageOf(tensor),
    async toHost(tensor, { signal } = {}) {
      throwIfAborted(signal);
      const array = await shared.toArray(tensor);
      try {
        return await webgpu.toHost(array);
      } finally {
        if (array.buffer !== shared.storageOf(tensor)) array.gpu.release(array.buffer);
      }
    },
    async fromHost(host, options) {
      const array = await webgpu.fromHost(host, options);
      let storage: GPUBuffer | undefined;
      try {
        const tensor = await shared.fromArray(array);
        storage = shared.storageOf(tensor);
        return tensor;
      } finally {
        if (array.buffer !== storage) array.gpu.release(array.buffer);
      }
    },
    stack(slices, options) {
      throwIfAborted(options?.signal);
      return throughArrays(slices, async (arrays) => webgpu.stack?.(arrays, options) as Promise<GpuArray>);
    },
    unstack(stack) {
      checkStack(stack);
      const dtype = dtypeOfTensor(stack);
      return shared
        .of(stack)
        .copySlices(stack)
        .map((slice) => markDType(slice, dtype));
    },
    async cast(tensor, dtype, policy) {
      if (policy === "native" || (policy === "preserve" && describeTensor(tensor).dtype === dtype))
        return tensor;
      return throughArrays([tensor], ([array]) => castGpuArray(array as GpuArray, dtype, policy));
    },
    async moveTo(tensor, device) {
      if (shared.of(tensor).gpu === devices.deviceOf(device)) return tensor;
      return throughArrays(
        [tensor],
        async ([array]) => webgpu.moveTo?.(array as GpuArray, device) as Promise<GpuArray>,
      );
    },
    dispose: (tensor) => shared.dispose(tensor),
  };
}
