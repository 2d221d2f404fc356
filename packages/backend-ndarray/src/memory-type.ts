import {
  type ArrayInfo,
  bytesPerElement,
  createHostArray,
  dtypes,
  hostPool,
  type MemoryType,
  PlatewrightError,
  type TypedArray,
  viewOf,
} from "@platewright/core";
import { dtypeOfNdarray, isDense, type NdArray, toDense, wrap } from "./nd-array.ts";

declare module "@platewright/core" {
  interface MemoryTypes {
    readonly ndarray: NdArray;
  }
}

/**
 * The memory type `ndarray`: scijs ndarrays over typed arrays, strided, offset and reversed views included.
 * Shares memory with host arrays both ways, except where a view is not dense and row-major.
 */
export function ndarrayBackend(): MemoryType<"ndarray"> {
  return {
    kind: "memory-type",
    name: "ndarray",
    processor: "cpu",
    dtypes,
    is: isNdArray,
    describe,
    hostCost: ({ shape, strides }, direction) =>
      direction === "from" || isDense({ shape, stride: strides }) ? "view" : "host-copy",
    storageOf: (array) => hostPool.storageOf(array.data as TypedArray),
    toHost: (array) => {
      const dtype = dtypeOfNdarray(array);
      const dense = toDense(array);
      // A plain view: relatives of Uint8Array (BoolArray, Uint8ClampedArray) do not leave this package.
      return createHostArray(array.shape, dtype, viewOf(dtype, dense.buffer, dense.byteOffset, dense.length));
    },
    fromHost: ({ shape, dtype, data }) => wrap(shape, dtype, data),
    dispose: (array) => hostPool.release(array.data as TypedArray),
    unstack: (stack) => {
      if (stack.dimension !== 3) {
        throw new PlatewrightError(
          "array",
          `A stack has 3 dimensions [Z, Y, X]; this has shape (${stack.shape.join(", ")}).`,
        );
      }
      return Array.from({ length: stack.shape[0] ?? 0 }, (_, z) => stack.pick(z, null, null) as NdArray);
    },
  };
}

/** Whether a value is a scijs ndarray over a typed array, made by any copy of the library. */
export function isNdArray(value: unknown): value is NdArray {
  if (typeof value !== "object" || value === null) return false;
  const { data, shape, stride, offset } = value as Partial<NdArray>;
  return (
    ArrayBuffer.isView(data) && Array.isArray(shape) && Array.isArray(stride) && typeof offset === "number"
  );
}

function describe(array: NdArray): ArrayInfo {
  const dtype = dtypeOfNdarray(array);
  return {
    shape: [...array.shape],
    strides: [...array.stride],
    dtype,
    bytes: array.size * bytesPerElement(dtype),
  };
}
