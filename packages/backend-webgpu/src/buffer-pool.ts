import type { DeviceUsage } from "@platewright/core";

/** Device buffers that are lent or lie ready to be lent again. */
export interface BufferPool {
  /** A ready buffer of exactly this size; counts as lent. */
  take(bytes: number): GPUBuffer | undefined;
  /** A buffer that was made counts as lent. `free` is called at its end in place of keeping it ready. */
  enter(buffer: GPUBuffer, free?: () => void): void;
  /** Takes a lent buffer back; ignored where it is not lent. */
  giveBack(buffer: GPUBuffer): void;
  /** Calls back once, when a lent buffer is given back or discarded: for whoever knows it under another name. */
  onRelease(buffer: GPUBuffer, callback: () => void): void;
  /** Destroys a lent buffer instead of keeping it ready. */
  discard(buffer: GPUBuffer): void;
  /** Destroys ready buffers, those that lay longest first, until at most `idleBytes` are left. */
  trim(idleBytes: number): void;
  /** Forgets all, as when the device is lost. */
  clear(): void;
  usage(): DeviceUsage;
}

interface Lent {
  readonly free: (() => void) | undefined;
  readonly listeners: (() => void)[];
}

/**
 * Makes a pool that keeps at most `maxIdleBytes` ready. A size class is one size: the images of a plate have few
 * sizes, and other libraries can only take over a buffer that is no larger than its array.
 */
export function createBufferPool(maxIdleBytes: number): BufferPool {
  const lent = new Map<GPUBuffer, Lent>();
  const idle = new Set<GPUBuffer>(); // in the order in which they came back
  let liveBytes = 0;
  let idleBytes = 0;

  const trim = (limit: number): void => {
    for (const buffer of idle) {
      if (idleBytes <= limit) return;
      idle.delete(buffer);
      idleBytes -= buffer.size;
      buffer.destroy();
    }
  };
  const enter = (buffer: GPUBuffer, free?: () => void): void => {
    if (lent.has(buffer)) return;
    lent.set(buffer, { free, listeners: [] });
    liveBytes += buffer.size;
  };
  const leave = (buffer: GPUBuffer): Lent | undefined => {
    const entry = lent.get(buffer);
    if (!entry) return undefined;
    lent.delete(buffer);
    liveBytes -= buffer.size;
    for (const listener of entry.listeners) listener();
    return entry;
  };

  return {
    take(bytes) {
      // The one that came back last: its memory is the warmest.
      const found = [...idle].reverse().find((buffer) => buffer.size === bytes);
      if (!found) return undefined;
      idle.delete(found);
      idleBytes -= bytes;
      enter(found);
      return found;
    },
    enter,
    giveBack(buffer) {
      const entry = leave(buffer);
      if (!entry) return;
      if (entry.free) return entry.free();
      idle.add(buffer);
      idleBytes += buffer.size;
      trim(maxIdleBytes);
    },
    discard(buffer) {
      if (leave(buffer)) buffer.destroy();
    },
    onRelease(buffer, callback) {
      lent.get(buffer)?.listeners.push(callback);
    },
    trim,
    clear() {
      for (const buffer of [...lent.keys()]) leave(buffer);
      idle.clear();
      idleBytes = 0;
    },
    usage: () => ({ liveBytes, liveBuffers: lent.size, idleBytes }),
  };
}
