import type { GpuDevice } from "@platewright/backend-webgpu";
import { guard } from "@platewright/backend-webgpu";
import { messageOf, PlatewrightError } from "@platewright/core";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { backendOf, onSettle, rememberBackend } from "../settle.ts";
import type { Tf } from "../tensor.ts";
import { type BufferManager, keepAccounts } from "./buffer-accounts.ts";
import { provideWebgpuGlobals, withNavigatorGpu } from "./globals.ts";

/** TensorFlow.js on a device that is shared with the memory type `webgpu`. */
export interface TfGpu {
  readonly gpu: GpuDevice;
  /** Makes it the backend that tensors are made on. */
  activate(): void;
  /** The buffer under a tensor, which is uploaded where it was not yet. */
  bufferOf(tensor: Tensor): GPUBuffer;
  /** What lies in that buffer: a tensor cast to float32 may share the integers it was cast from. */
  dtypeInBuffer(tensor: Tensor): "float32" | "int32";
  /** A tensor over a buffer of 4 bytes a value, which it does not own. */
  wrap(buffer: GPUBuffer, shape: readonly number[], dtype: "float32" | "int32" | "bool"): Tensor;
  /** Copies the slices of a stack, bit by bit; TensorFlow.js's own slicing takes integers through floats. */
  copySlices(stack: Tensor): readonly Tensor[];
  /** Submits what was recorded, so that others see it. */
  flush(): void;
  /** Submits what was recorded, and answers once the device has accepted it. Throws "out-of-memory", "device-lost", "execution". */
  settle(): Promise<void>;
}

/** The part of TensorFlow.js's backend that is used here; some of it is not in its types. */
interface WebgpuTfBackend {
  readonly bufferManager: BufferManager;
  readonly tensorMap: { get(dataId: object): { resource: GPUBuffer; readonly dtype: string } };
  readonly commandEncoder: object | null;
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: readonly number[], dtype: string): TensorInfo;
  endComputePassEncoder(): void;
  submitQueue(): void;
  createTensorFromGPUData(
    data: { readonly buffer: GPUBuffer; readonly zeroCopy: true },
    shape: readonly number[],
    dtype: string,
  ): Tensor;
}

/** Opens TensorFlow.js on devices, once for each. */
export interface TfGpus {
  on(gpu: GpuDevice): Promise<TfGpu>;
  /** The one a tensor lies on. Throws "memory-type" for a tensor of another backend. */
  of(tensor: Tensor): TfGpu;
}

/** Makes an opener; TensorFlow.js's backend is loaded when the first device is opened. */
export function createTfGpus(tf: Tf): TfGpus {
  const opened = new WeakMap<GpuDevice, Promise<TfGpu>>();
  const byBackend = new WeakMap<object, TfGpu>();
  return {
    on(gpu) {
      const known = opened.get(gpu);
      if (known) return known;
      const opening = openBackend(tf, gpu).then(({ backend, tfGpu }) => {
        byBackend.set(backend, tfGpu);
        return tfGpu;
      });
      opened.set(gpu, opening);
      opening.catch(() => opened.delete(gpu)); // the package may be installed before the next call
      return opening;
    },
    of(tensor) {
      const backend = backendOf(tf, tensor);
      const found = backend && byBackend.get(backend);
      if (found) return found;
      throw new PlatewrightError(
        "memory-type",
        `A tensor of shape (${tensor.shape.join(", ")}) lies on none of the shared devices. Make tensors from those that are handed in, or with tfjsBackend({ tf }) on another backend.`,
        { shape: tensor.shape },
      );
    },
  };
}

async function openBackend(tf: Tf, gpu: GpuDevice): Promise<{ backend: object; tfGpu: TfGpu }> {
  await provideWebgpuGlobals();
  const { WebGPUBackend } = await loadBackend();
  const made = withNavigatorGpu(() => new WebGPUBackend(gpu.device, gpu.device.adapterInfo));
  const backend = made as unknown as WebgpuTfBackend;
  const accounts = keepAccounts(backend.bufferManager, gpu);
  const name = freeName(tf, gpu);
  tf.registerBackend(name, () => made);
  const activate = (): void => {
    // Takes effect at once: this backend needs no preparation.
    if (tf.getBackend() !== name) void tf.setBackend(name);
  };
  const flush = (): void => {
    backend.endComputePassEncoder();
    if (backend.commandEncoder) backend.submitQueue();
  };
  const before = tf.getBackend();
  void gpu.lost.then(() => {
    const isActive = tf.getBackend() === name;
    tf.removeBackend(name);
    if (isActive && before in tf.engine().registry) void tf.setBackend(before);
  });
  const settle = async (): Promise<void> => {
    try {
      await guard(gpu, "TensorFlow.js", flush);
    } finally {
      accounts.check();
    }
  };
  onSettle(made, settle);
  const buffers = new WeakMap<object, GPUBuffer>(); // known beyond the end of their tensors
  const upload = ({ dataId }: TensorInfo): GPUBuffer => {
    backend.uploadToGPU(dataId);
    return backend.tensorMap.get(dataId).resource;
  };
  const tfGpu: TfGpu = {
    gpu,
    activate,
    flush,
    settle,
    bufferOf(tensor) {
      const known = buffers.get(tensor.dataId);
      if (known) return known;
      const buffer = upload(tensor);
      buffers.set(tensor.dataId, buffer);
      rememberBackend(tensor, made);
      return buffer;
    },
    copySlices(stack) {
      const source = upload(stack);
      flush();
      const [length = 0, ...shape] = stack.shape;
      const bytes = (stack.size / length) * 4;
      const encoder = gpu.device.createCommandEncoder();
      const slices = Array.from({ length }, (_, z) => {
        const info = backend.makeTensorInfo(shape, backend.tensorMap.get(stack.dataId).dtype);
        encoder.copyBufferToBuffer(source, z * bytes, upload(info), 0, bytes);
        return tf.engine().makeTensorFromDataId(info.dataId, shape, stack.dtype, made);
      });
      gpu.device.queue.submit([encoder.finish()]);
      gpu.count("copied", length * bytes);
      return slices;
    },
    dtypeInBuffer: ({ dataId }) => (backend.tensorMap.get(dataId).dtype === "float32" ? "float32" : "int32"),
    wrap(buffer, shape, dtype) {
      activate();
      return backend.createTensorFromGPUData({ buffer, zeroCopy: true }, [...shape], dtype);
    },
  };
  return { backend: made, tfGpu };
}

/** A name that no backend has, with the kernels of TensorFlow.js's own backend registered for it. */
function freeName(tf: Tf, gpu: GpuDevice): string {
  // A device that was lost comes back under its name, perhaps before the backend on the old one is gone.
  for (let i = 0; ; i++) {
    const name = `platewright-${gpu.id}-${i}`;
    if (name in tf.engine().registryFactory) continue;
    if (tf.getKernelsForBackend(name).length === 0) tf.copyRegisteredKernels("webgpu", name);
    return name;
  }
}

async function loadBackend(): Promise<typeof import("@tensorflow/tfjs-backend-webgpu")> {
  try {
    return await import("@tensorflow/tfjs-backend-webgpu");
  } catch (cause) {
    throw new PlatewrightError(
      "device",
      `TensorFlow.js's WebGPU backend could not be loaded (${messageOf(cause).split("\n")[0]}). Install it: npm install @tensorflow/tfjs-backend-webgpu.`,
      { cause },
    );
  }
}
