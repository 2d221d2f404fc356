import { type Awaitable, createTypedArray, hostPool, type TypedArray, viewOf } from "@platewright/core";
import type { DataStorage, Tensor } from "@tensorflow/tfjs-core";
import { disposeAliases, noteTensor } from "./aliases.ts";
import type { HeldDType, Tf } from "./tensor.ts";

/** How the values of tensors are reached on one of TensorFlow.js's backends. */
export interface ValueAccess {
  /** Whether a tensor and the typed array it was made over, or is read into, are the same memory. */
  readonly shares: boolean;
  /** The values, as the tensor holds them. Where they do not share, they are the caller's unless `isLent`. */
  read(tensor: Tensor): Awaitable<TypedArray>;
  /** Whether what `read` gives is only good until the next operation, and has to be copied. */
  readonly isLent: boolean;
  /** The memory under a tensor. */
  storageOf(tensor: Tensor): object;
  /** Frees the memory under a tensor, and all tensors over it. */
  dispose(tensor: Tensor): void;
}

/** The access to the backend that is named. */
export function accessTo(tf: Tf, backend: string): ValueAccess {
  if (backend === "cpu") return createSharedAccess(tf);
  if (backend === "wasm") return createHeapAccess(tf);
  return createCopiedAccess();
}

interface CpuBackend {
  readonly data: DataStorage<{ readonly values: TypedArray }>;
}

/** The cpu backend keeps the typed arrays it is given; so a tensor and a host array are the same memory. */
function createSharedAccess(tf: Tf): ValueAccess {
  const note = (tensor: Tensor): TypedArray => {
    const values = (tf.backend() as unknown as CpuBackend).data.get(tensor.dataId).values;
    if (noteTensor(tensor)) hostPool.onRelease(values, () => disposeAliases(tensor));
    return values;
  };
  return {
    shares: true,
    isLent: false,
    read(tensor) {
      const values = note(tensor);
      if (isHolding(tensor, values)) return values;
      // A cast to float32 leaves the values in the type they had.
      const converted = createTypedArray(tensor.dtype as HeldDType, values.length);
      converted.set(values);
      return converted;
    },
    storageOf: (tensor) => hostPool.storageOf(note(tensor)),
    dispose(tensor) {
      if (!tensor.isDisposed) hostPool.release(note(tensor));
    },
  };
}

function isHolding(tensor: Tensor, values: TypedArray): boolean {
  if (tensor.dtype === "float32") return values instanceof Float32Array;
  return tensor.dtype === "int32" ? values instanceof Int32Array : values instanceof Uint8Array;
}

interface WasmBackend {
  readonly wasm: { readonly HEAPU8: Uint8Array };
  getMemoryOffset(dataId: object): number;
}

/** The wasm backend keeps values in its heap. A view of it dies when the heap grows, so nobody may keep one. */
function createHeapAccess(tf: Tf): ValueAccess {
  return {
    ...createCopiedAccess(),
    isLent: true,
    read(tensor) {
      const { wasm, getMemoryOffset } = tf.backend() as unknown as WasmBackend;
      const offset = getMemoryOffset.call(tf.backend(), tensor.dataId);
      return viewOf(tensor.dtype as HeldDType, wasm.HEAPU8.buffer, offset, tensor.size);
    },
  };
}

function createCopiedAccess(): ValueAccess {
  return {
    shares: false,
    isLent: false,
    read: (tensor) => tensor.data() as Promise<TypedArray>,
    storageOf(tensor) {
      noteTensor(tensor);
      return tensor.dataId;
    },
    dispose: disposeAliases,
  };
}
