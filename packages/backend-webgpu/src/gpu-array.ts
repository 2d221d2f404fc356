import {
  type DType,
  PlatewrightError,
  sizeOf,
  storedBytesOf,
  storedBytesPerElement,
} from "@platewright/core";
import type { GpuDevice } from "./gpu-device.ts";

declare module "@platewright/core" {
  interface MemoryTypes {
    readonly webgpu: GpuArray;
  }
}

const arrayKey: unique symbol = Symbol.for("@platewright/backend-webgpu/array@1") as never;

/**
 * An array on a GPU: values dense, row-major and packed little-endian as they are stored (two uint16 or
 * float16, or four uint8, a 32-bit word), from `offset` on. Views share the buffer; an offset need not fall on a word.
 */
export interface GpuArray {
  readonly gpu: GpuDevice;
  readonly buffer: GPUBuffer;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Where the array begins in the buffer, in values. */
  readonly offset: number;
}

/** The dtypes that fit a GPU: all but float64. */
export const gpuDTypes: readonly DType[] = Object.freeze<DType[]>([
  "bool",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "float16",
  "float32",
]);

/** Whether a value is an array of this package, of any copy of it. */
export function isGpuArray(value: unknown): value is GpuArray {
  return typeof value === "object" && value !== null && arrayKey in value;
}

/**
 * An array over a buffer, which it shares. Throws "array" where the buffer is too short, "dtype" for float64, which
 * WebGPU lacks. The device's accounts know the buffer only where `allocate` or `adopt` gave it to them.
 */
export function wrapBuffer(
  gpu: GpuDevice,
  buffer: GPUBuffer,
  shape: readonly number[],
  dtype: DType,
  offset = 0,
): GpuArray {
  checkGpuDType(dtype);
  const end = (offset + sizeOf(shape)) * storedBytesPerElement(dtype);
  if (end > buffer.size) {
    throw new PlatewrightError(
      "array",
      `An array of shape (${shape.join(", ")}) ${dtype} from value ${offset} on ends at byte ${end}, but its buffer has ${buffer.size} bytes.`,
      { shape, dtype, offset, bytes: buffer.size },
    );
  }
  const array = { gpu, buffer, shape: [...shape], dtype, offset };
  Object.defineProperty(array, arrayKey, { value: true });
  return array;
}

/** A new array with undefined content, to be written whole. Throws "out-of-memory", "device-lost", and "dtype" for float64. */
export async function createGpuArray(
  gpu: GpuDevice,
  shape: readonly number[],
  dtype: DType,
): Promise<GpuArray> {
  checkGpuDType(dtype);
  return wrapBuffer(gpu, await gpu.allocate(storedBytesOf(shape, dtype)), shape, dtype);
}

/** The bytes of a buffer that holds so many bytes of values: whole 32-bit words, at least one. */
export function paddedBytes(bytes: number): number {
  return Math.max(4, Math.ceil(bytes / 4) * 4);
}

/** Throws "dtype" for a dtype that no GPU array has. */
export function checkGpuDType(dtype: DType): void {
  if (gpuDTypes.includes(dtype)) return;
  throw new PlatewrightError(
    "dtype",
    `WebGPU has no ${dtype}. Cast the array to float32 first, or run this step on a CPU memory type.`,
    { dtype },
  );
}
