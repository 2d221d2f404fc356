import {
  type DeviceInfo,
  type DeviceUsage,
  deviceLost,
  isPlatewrightError,
  outOfMemory,
  PlatewrightError,
} from "@platewright/core";
import { createBufferPool } from "./buffer-pool.ts";
import { paddedBytes } from "./gpu-array.ts";
import { guard } from "./guard.ts";
import { stagingOf } from "./staging.ts";
import { bufferUsage } from "./webgpu-types.ts";

/** One open device and the memory on it. */
export interface GpuDevice {
  readonly id: string;
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  /** Settles with the reason when the device is lost; never rejects. */
  readonly lost: Promise<string>;
  readonly isLost: boolean;
  /** Bytes that it may hold now, all leases together. */
  readonly budgetBytes: number;
  /**
   * A buffer (STORAGE, COPY_SRC, COPY_DST) of so many bytes, rounded up to whole words, with undefined content: from
   * the pool, else a new one. Throws "out-of-memory" where the budget or the device has no room, "device-lost".
   */
  allocate(bytes: number): Promise<GPUBuffer>;
  /** Takes a buffer that was made elsewhere into the accounts; `free` is called when it is released. */
  adopt(buffer: GPUBuffer, free: () => void): void;
  /** Gives a buffer back, to be lent again; commands submitted before still find their data. Ignored for a buffer it doesn't know or has back. */
  release(buffer: GPUBuffer): void;
  /** Calls back once, when a buffer in the accounts is released: for whoever knows its memory under another name. */
  onRelease(buffer: GPUBuffer, callback: () => void): void;
  usage(): DeviceUsage;
  /** Counts what another library keeps ready on the device as idle, and has it freed where the room is needed. */
  addIdle(store: IdleStore): void;
  /** Bytes of values that moved since the device was opened. */
  readonly traffic: GpuTraffic;
  /** Adds to the traffic; called by what moves bytes. */
  count(way: keyof GpuTraffic, bytes: number): void;
  /** Frees what lies ready in the pool. */
  trim(): void;
  /** Throws "device-lost" where it is lost, and the first error nobody caught since the last call. */
  check(): void;
}

/** Memory that lies ready somewhere else than in the pool. */
export interface IdleStore {
  readonly bytes: number;
  /** Frees it. */
  trim(): void;
}

/** Bytes moved from the host to a device, back, and from one place on it to another. */
export interface GpuTraffic {
  readonly uploaded: number;
  readonly downloaded: number;
  readonly copied: number;
}

/** How a device is opened. */
export interface GpuDeviceOptions {
  readonly info: DeviceInfo;
  /** Bytes it may hold now; asked at each allocation. */
  readonly budget: () => number;
}

const allocated = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;

/** The error for commands that a device refused. */
export function failedOn(device: string, what: string, message: string): PlatewrightError {
  return new PlatewrightError(
    "execution",
    `${what} failed on ${device}: ${message} Use buffers of this device that are not disposed of.`,
    { device },
  );
}

/** Wraps a WebGPU device. */
export function createGpuDevice(device: GPUDevice, { info, budget }: GpuDeviceOptions): GpuDevice {
  const pool = createBufferPool(info.budgetBytes / 4);
  const stores: IdleStore[] = [];
  const storedBytes = () => stores.reduce((sum, { bytes }) => sum + bytes, 0);
  const trimTo = (bytes: number): void => {
    if (storedBytes() > bytes) for (const store of stores) store.trim();
    pool.trim(Math.max(0, bytes - storedBytes()));
  };
  const traffic = { uploaded: 0, downloaded: 0, copied: 0 };
  let lostBy: string | undefined;
  let uncaught: string | undefined;
  const lost = device.lost.then((reason) => {
    lostBy = reason.message || reason.reason || "no reason given";
    pool.clear();
    return lostBy;
  });
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault(); // it is thrown by the next operation instead of being printed
    uncaught ??= (event as GPUUncapturedErrorEvent).error.message;
  });
  const noRoom = (requestedBytes: number, cause?: unknown) =>
    outOfMemory({
      device: info.id,
      requestedBytes,
      liveBytes: pool.usage().liveBytes,
      budgetBytes: budget(),
      ...(cause === undefined ? {} : { cause }),
    });

  const gpu: GpuDevice = {
    id: info.id,
    device,
    info,
    lost,
    get isLost() {
      return lostBy !== undefined;
    },
    get budgetBytes() {
      return budget();
    },
    async allocate(bytes) {
      gpu.check();
      const size = paddedBytes(bytes);
      const { liveBytes } = pool.usage();
      if (size > info.maxArrayBytes || liveBytes + size > budget()) throw noRoom(size);
      const ready = pool.take(size);
      if (ready) return ready;
      trimTo(budget() - liveBytes - size);
      return create(size).catch((thrown: unknown) => {
        if (!isPlatewrightError(thrown, "out-of-memory") || gpu.usage().idleBytes === 0) throw thrown;
        gpu.trim(); // what lay ready may be what is missing
        return create(size);
      });
    },
    adopt: (buffer, free) => pool.enter(buffer, free),
    release: (buffer) => pool.giveBack(buffer),
    onRelease: (buffer, callback) => pool.onRelease(buffer, callback),
    usage() {
      const used = pool.usage();
      return { ...used, idleBytes: used.idleBytes + storedBytes() };
    },
    addIdle(store) {
      stores.push(store);
    },
    traffic,
    count(way, bytes) {
      traffic[way] += bytes;
    },
    trim() {
      trimTo(0);
      stagingOf(gpu).trim();
    },
    check() {
      if (lostBy !== undefined) throw deviceLost(info.id, lostBy);
      const message = uncaught;
      uncaught = undefined;
      if (message !== undefined) throw failedOn(info.id, "An earlier command", message);
    },
  };

  async function create(size: number): Promise<GPUBuffer> {
    let made: GPUBuffer | undefined;
    try {
      return await guard(
        gpu,
        `Allocating ${size} bytes`,
        () => {
          made = device.createBuffer({ size, usage: allocated });
          pool.enter(made); // counted at once, so that allocations under way together keep the budget
          return made;
        },
        size,
      );
    } catch (thrown) {
      if (made) pool.discard(made);
      throw isPlatewrightError(thrown, "out-of-memory") ? noRoom(size, thrown.cause) : thrown;
    }
  }
  return gpu;
}
