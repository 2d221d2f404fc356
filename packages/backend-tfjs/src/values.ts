import { type Awaitable, createTypedArray, hostPool, type TypedArray, viewOf } from "@platewright/core";
import type { DataStorage, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { disposeAliases, noteTensor } from "./aliases.ts";
import type { HeldDType, Tf } from "./tensor.ts";

/** How the values of tensors are reached on one of TensorFlow.js's backends. */
export interface ValueAccess {
  /** Whether a tensor and the typed array it was made over, or is read into, are the same memory. */
  readonly shares: boolean;
  /** Whether a tensor keeps the typed array it was made over, if only until it is first used. */
  readonly keeps: boolean;
  /** The values, as the tensor holds them; perhaps in another type than it says. Where they do not share, they are the caller's unless `isLent`. */
  read(tensor: Tensor): Awaitable<TypedArray>;
  /** A new tensor with undefined content and its values, to be written before the next operation; only where they can be. */
  create?(
    shape: readonly number[],
    held: HeldDType,
  ): { readonly tensor: Tensor; readonly values: TypedArray };
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
    keeps: true,
    isLent: false,
    read: note,
    storageOf: (tensor) => hostPool.storageOf(note(tensor)),
    dispose(tensor) {
      if (!tensor.isDisposed) hostPool.release(note(tensor));
    },
  };
}

/** Values of the type that a tensor says: a cast to float32 may leave them in the type they had. */
export function valuesAs(tensor: Tensor, values: TypedArray): TypedArray {
  const held = tensor.dtype as HeldDType;
  const isHolding =
    held === "float32"
      ? values instanceof Float32Array
      : held === "int32"
        ? values instanceof Int32Array
        : values instanceof Uint8Array;
  if (isHolding) return values;
  const converted = createTypedArray(held, values.length);
  converted.set(values);
  return converted;
}

interface WasmBackend {
  readonly wasm: { readonly HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(at: number): void };
  getMemoryOffset(dataId: object): number;
  makeOutput(shape: number[], dtype: HeldDType): TensorInfo;
}

/** The wasm backend keeps values in its heap. A view of it dies when the heap grows, so nobody may keep one. */
function createHeapAccess(tf: Tf): ValueAccess {
  refuseNull((tf.backend() as unknown as WasmBackend).wasm);
  const read = (tensor: Tensor): TypedArray => {
    const backend = tf.backend() as unknown as WasmBackend;
    const offset = backend.getMemoryOffset(tensor.dataId);
    return viewOf(tensor.dtype as HeldDType, backend.wasm.HEAPU8.buffer, offset, tensor.size);
  };
  return {
    ...createCopiedAccess(),
    keeps: false,
    isLent: true,
    read,
    create(shape, held) {
      const info = (tf.backend() as unknown as WasmBackend).makeOutput([...shape], held);
      const tensor = tf.engine().makeTensorFromTensorInfo(info);
      return { tensor, values: read(tensor) };
    },
  };
}

const guarded = new WeakSet<object>();

/** A full heap answers 0, at which the backend would go on to write. */
function refuseNull(wasm: WasmBackend["wasm"]): void {
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  wasm._free(wasm._malloc(1)); // its first call puts another function in its place
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const offset = malloc(bytes);
    if (offset === 0 && bytes > 0)
      throw new Error(`Out of memory: the wasm heap has no ${bytes} bytes left.`);
    return offset;
  };
}

function createCopiedAccess(): ValueAccess {
  return {
    shares: false,
    keeps: true,
    isLent: false,
    read: (tensor) => tensor.data() as Promise<TypedArray>,
    storageOf(tensor) {
      noteTensor(tensor);
      return tensor.dataId;
    },
    dispose: disposeAliases,
  };
}
