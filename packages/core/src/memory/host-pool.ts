import { bytesPerElement, type DType, type TypedArrays, viewOf } from "./dtype.ts";
import { createHostArray, type HostArray, sizeOf } from "./host-array.ts";

/**
 * Lends pieces of ordinary memory and takes them back. Touching fresh memory costs more than most kernels,
 * so that a run that gives back what it has read needs only as many pieces as it holds at once.
 */
export interface HostPool {
  /** An array with undefined content, to be written whole before it is read. */
  allocate<D extends DType>(shape: readonly number[], dtype: D): HostArray<D>;
  /** Takes a buffer back that nobody reads any more. Buffers that the pool did not lend, or has back already, are ignored. */
  release(buffer: object): void;
  /** Bytes that lie ready. */
  readonly idleBytes: number;
  /** Lets go of all idle memory. */
  clear(): void;
}

/** Makes a pool that keeps at most `maxIdleBytes` ready. */
export function createHostPool(maxIdleBytes: number): HostPool {
  const idle = new Map<number, ArrayBuffer[]>();
  const lent = new WeakSet<object>();
  let idleBytes = 0;
  return {
    allocate(shape, dtype) {
      const length = sizeOf(shape);
      const size = sizeClass(length * bytesPerElement(dtype));
      let buffer = idle.get(size)?.pop();
      if (buffer) idleBytes -= size;
      else buffer = new ArrayBuffer(size);
      lent.add(buffer);
      return createHostArray(shape, dtype, viewOf(dtype, buffer, 0, length) as TypedArrays[typeof dtype]);
    },
    release(buffer) {
      if (!lent.delete(buffer) || !(buffer instanceof ArrayBuffer)) return;
      if (buffer.byteLength === 0 || idleBytes + buffer.byteLength > maxIdleBytes) return;
      const pieces = idle.get(buffer.byteLength);
      if (pieces) pieces.push(buffer);
      else idle.set(buffer.byteLength, [buffer]);
      idleBytes += buffer.byteLength;
    },
    get idleBytes() {
      return idleBytes;
    },
    clear() {
      idle.clear();
      idleBytes = 0;
    },
  };
}

/** Eight sizes for each power of two: at most an eighth is wasted. */
function sizeClass(bytes: number): number {
  const step = Math.max(4096, 2 ** (Math.floor(Math.log2(Math.max(bytes, 1))) - 3));
  return Math.ceil(Math.max(bytes, 1) / step) * step;
}

/** The pool that the engine and CPU functions share. */
export const hostPool: HostPool = createHostPool(96 * 2 ** 20);
