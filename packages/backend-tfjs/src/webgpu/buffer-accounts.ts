import { bufferUsage, type GpuDevice } from "@platewright/backend-webgpu";
import { outOfMemory } from "@platewright/core";

/** The part of TensorFlow.js's buffer manager that is used here. */
export interface BufferManager {
  numBytesUsed: number;
  numBytesAllocated: number;
  numFreeBuffers: number;
  freeBuffers: Map<string, GPUBuffer[]>;
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
}

/** What the device refused since it was last asked. */
export interface BufferAccounts {
  /** Throws the "out-of-memory" error of an allocation that the device refused after it had seemed to succeed. */
  check(): void;
}

/**
 * Has TensorFlow.js allocate within the budget of a device that is shared: what its tensors hold counts with the arrays of
 * `webgpu`, an allocation beyond the budget throws "out-of-memory", and on a lost device "device-lost".
 */
export function keepAccounts(manager: BufferManager, gpu: GpuDevice): BufferAccounts {
  const acquire = manager.acquireBuffer.bind(manager);
  const release = manager.releaseBuffer.bind(manager);
  let refused: unknown;

  const check = (): void => {
    const error = refused;
    refused = undefined;
    if (error !== undefined) throw error;
    gpu.check();
  };
  const noRoom = (requestedBytes: number, cause?: unknown) =>
    outOfMemory({
      device: gpu.id,
      requestedBytes,
      liveBytes: gpu.usage().liveBytes,
      budgetBytes: gpu.budgetBytes,
      ...(cause === undefined ? {} : { cause }),
    });
  const trim = (): void => {
    for (const buffers of manager.freeBuffers.values()) {
      for (const buffer of buffers.splice(0)) {
        manager.numFreeBuffers--;
        manager.numBytesAllocated -= buffer.size;
        buffer.destroy();
      }
    }
  };

  gpu.addIdle({
    get bytes() {
      return manager.numBytesAllocated - manager.numBytesUsed;
    },
    trim,
  });
  manager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    check();
    if (size > gpu.info.maxArrayBytes || gpu.usage().liveBytes + size > gpu.budgetBytes) throw noRoom(size);
    const { liveBytes, idleBytes } = gpu.usage();
    if (liveBytes + idleBytes + size > gpu.budgetBytes) gpu.trim();
    gpu.device.pushErrorScope("out-of-memory");
    const buffer = acquire(size, usage, mappedAtCreation, reuse);
    // The device answers later: the tensor's values are undefined until then, and `check` says so.
    gpu.device.popErrorScope().then(
      (error) => {
        if (error) refused ??= noRoom(size, new Error(error.message));
      },
      () => {}, // a lost device answers no more
    );
    if (usage & bufferUsage.storage) gpu.adopt(buffer, () => {});
    return buffer;
  };
  manager.releaseBuffer = (buffer, reuse) => {
    release(buffer, reuse);
    gpu.release(buffer);
  };
  return { check };
}
