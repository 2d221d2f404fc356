import {
  castGpuArray,
  copyInto,
  createGpuArray,
  type GpuArray,
  type GpuDevice,
  wrapBuffer,
} from "@platewright/backend-webgpu";
import { bytesOf, type DType } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { disposeAliases, noteTensor } from "../aliases.ts";
import { dtypeOfTensor, heldAs, markDType, type Tf } from "../tensor.ts";
import { createTfGpus, type TfGpu } from "./tf-gpu.ts";

/** Tensors and arrays of `webgpu` over the same buffers. */
export interface SharedTensors {
  /** TensorFlow.js on a device; loads it where it is not yet there. */
  on(gpu: GpuDevice): Promise<TfGpu>;
  /** TensorFlow.js on the device of a tensor. Throws "memory-type" where that is none of these. */
  of(tensor: Tensor): TfGpu;
  /** The buffer under a tensor: the same as that of the array it was made from, or was made into. */
  storageOf(tensor: Tensor): GPUBuffer;
  /**
   * An array of a tensor's values: over the same buffer for float32 and int32, else packed into a new one on the device.
   * What TensorFlow.js computed is submitted first. Throws "out-of-memory", "device-lost".
   */
  toArray(tensor: Tensor): Promise<GpuArray>;
  /**
   * A tensor of an array's values: over the same buffer where that holds just them, as float32 or int32; else widened or
   * copied into a new one on the device. Throws "dtype" for uint32, "out-of-memory", "device-lost".
   */
  fromArray(array: GpuArray): Promise<Tensor>;
  /** Frees the buffer under a tensor, with all tensors over it. */
  dispose(tensor: Tensor): void;
}

/** Whether tensors hold a dtype in the bits that arrays hold it in. */
export function isSharedDType(dtype: DType): boolean {
  return dtype === "float32" || dtype === "int32";
}

/** Makes the two ways between tensors and arrays. */
export function createSharedTensors(tf: Tf): SharedTensors {
  const tfGpus = createTfGpus(tf);

  /** From now on tensor and buffer go together, whichever is disposed of. */
  const note = (tensor: Tensor, tfGpu = tfGpus.of(tensor)): GPUBuffer => {
    const buffer = tfGpu.bufferOf(tensor);
    if (noteTensor(tensor)) {
      tfGpu.gpu.onRelease(buffer, () => {
        tfGpu.flush(); // what is recorded still reads the buffer, which may be lent again
        disposeAliases(tensor);
      });
    }
    return buffer;
  };

  const wrap = (tfGpu: TfGpu, { buffer, shape }: GpuArray, dtype: DType): Tensor => {
    const tensor = markDType(tfGpu.wrap(buffer, shape, heldAs(dtype)), dtype);
    note(tensor, tfGpu);
    return tensor;
  };

  return {
    on: tfGpus.on,
    of: tfGpus.of,
    storageOf: note,
    async toArray(tensor) {
      const tfGpu = tfGpus.of(tensor);
      const dtype = dtypeOfTensor(tensor);
      const buffer = note(tensor, tfGpu);
      await tfGpu.settle();
      const array = wrapBuffer(tfGpu.gpu, buffer, tensor.shape, tfGpu.dtypeInBuffer(tensor));
      return castGpuArray(array, dtype, "preserve");
    },
    async fromArray(array) {
      const { gpu, dtype, shape, buffer } = array;
      heldAs(dtype);
      const tfGpu = await tfGpus.on(gpu);
      if (!isSharedDType(dtype)) {
        const wide = heldAs(dtype) === "float32" ? "float32" : "int32"; // masks are int32 on the device
        return wrap(tfGpu, await castGpuArray(array, wide, "preserve"), dtype);
      }
      if (buffer.size <= Math.max(4, bytesOf(shape, dtype))) return wrap(tfGpu, array, dtype);
      const whole = await createGpuArray(gpu, shape, dtype);
      try {
        await copyInto(whole, [array]);
      } catch (thrown) {
        gpu.release(whole.buffer);
        throw thrown;
      }
      return wrap(tfGpu, whole, dtype);
    },
    dispose(tensor) {
      if (tensor.isDisposed) return;
      const tfGpu = tfGpus.of(tensor);
      tfGpu.gpu.release(note(tensor, tfGpu));
      disposeAliases(tensor); // on a lost device nothing is told
    },
  };
}
