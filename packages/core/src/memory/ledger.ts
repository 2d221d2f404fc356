import { sizeOf } from "./host-array.ts";
import { hostPool } from "./host-pool.ts";
import type { MemoryRegistry } from "./memory-registry.ts";

/** Counts who holds which memory, so that each piece is disposed of once, after its last holder has let go. */
export interface Ledger {
  /** One more holder of the array's memory: it counts as live. */
  hold(array: unknown): void;
  /** One holder fewer; what nobody holds or buffers is disposed of. */
  drop(array: unknown): void;
  /** The memory is also read or written by a storage: it is not disposed of, but does not count as live by that alone. */
  buffer(array: unknown): void;
  /** The storage is done with it. */
  unbuffer(array: unknown): void;
  /** The memory is also known outside, as by an artifact: it is let go of, but not disposed of before `close`. */
  pin(array: unknown): void;
  /** Disposes of pinned memory that the garbage collector does not see, such as a device's, and forgets what it would see but for others. */
  close(): void;
  /** Bytes held now, on the host and on devices. */
  readonly liveBytes: number;
  /** Bytes held at the highest, on the host and on devices apart. */
  readonly peakHostBytes: number;
  readonly peakDeviceBytes: number;
}

interface Account {
  holders: number;
  buffers: number;
  pinned: boolean;
  readonly bytes: number;
  readonly place: "host" | "device";
}

/** Makes an empty ledger over the memory types of a registry. */
export function createLedger(registry: MemoryRegistry): Ledger {
  const accounts = new Map<object, Account>();
  const left = new Map<object, unknown>();
  const forgotten: WeakRef<object>[] = [];
  const live = { host: 0, device: 0 };
  const peak = { host: 0, device: 0 };

  const open = (array: unknown): Account => {
    const storage = registry.storageOf(array);
    const known = accounts.get(storage);
    if (known) return known;
    const type = registry.get(registry.typeOf(array));
    const { shape, dtype, bytes: own } = registry.describe(array);
    const bytes = type.bytesPerValue ? sizeOf(shape) * type.bytesPerValue(dtype) : own;
    const place = type.processor === "gpu" ? "device" : "host";
    const account: Account = { holders: 0, buffers: 0, pinned: false, bytes, place };
    accounts.set(storage, account);
    return account;
  };
  const closeIfUnused = (array: unknown, account: Account): void => {
    if (account.holders > 0 || account.buffers > 0) return;
    const storage = registry.storageOf(array);
    accounts.delete(storage);
    if (!account.pinned) registry.dispose(array);
    else if (isOrdinary(storage)) forgotten.push(new WeakRef(storage));
    else left.set(storage, array);
  };

  return {
    hold(array) {
      const account = open(array);
      if (++account.holders > 1) return;
      live[account.place] += account.bytes;
      peak[account.place] = Math.max(peak[account.place], live[account.place]);
    },
    drop(array) {
      const account = accounts.get(registry.storageOf(array));
      if (!account || account.holders === 0) return;
      if (--account.holders === 0) live[account.place] -= account.bytes;
      closeIfUnused(array, account);
    },
    buffer(array) {
      open(array).buffers++;
    },
    unbuffer(array) {
      const account = accounts.get(registry.storageOf(array));
      if (!account || account.buffers === 0) return;
      account.buffers--;
      closeIfUnused(array, account);
    },
    pin(array) {
      const account = accounts.get(registry.storageOf(array));
      if (account) account.pinned = true;
    },
    close() {
      for (const array of left.values()) registry.dispose(array);
      left.clear();
      for (const reference of forgotten.splice(0)) {
        const storage = reference.deref();
        if (storage) hostPool.forget(storage);
      }
    },
    get liveBytes() {
      return live.host + live.device;
    },
    get peakHostBytes() {
      return peak.host;
    },
    get peakDeviceBytes() {
      return peak.device;
    },
  };
}

/** Memory that is freed by itself, after its last reader anywhere; a library may have taken note of it. */
function isOrdinary(storage: object): boolean {
  return storage instanceof ArrayBuffer || ArrayBuffer.isView(storage);
}
