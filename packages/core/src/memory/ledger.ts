import type { MemoryRegistry } from "./memory-registry.ts";

/** Counts who holds which memory, so that each piece is disposed of once, after its last holder has let go. */
export interface Ledger {
  /** One more holder of the array's memory. */
  hold(array: unknown): void;
  /** One holder fewer; the last one disposes of the memory. */
  drop(array: unknown): void;
  /** The memory is also known outside, as by an artifact: it is let go of, but never recycled. */
  pin(array: unknown): void;
  /** Bytes held now and at the highest. */
  readonly liveBytes: number;
  readonly peakBytes: number;
}

interface Account {
  holders: number;
  pinned: boolean;
  readonly bytes: number;
}

/** Makes an empty ledger over the memory types of a registry. */
export function createLedger(registry: MemoryRegistry): Ledger {
  const accounts = new Map<object, Account>();
  let liveBytes = 0;
  let peakBytes = 0;
  const typeOf = (array: unknown) => registry.get(registry.typeOf(array));
  return {
    hold(array) {
      const type = typeOf(array);
      const storage = type.storageOf(array as never);
      const account = accounts.get(storage);
      if (account) {
        account.holders++;
        return;
      }
      const { bytes } = type.describe(array as never);
      accounts.set(storage, { holders: 1, pinned: false, bytes });
      liveBytes += bytes;
      peakBytes = Math.max(peakBytes, liveBytes);
    },
    drop(array) {
      const type = typeOf(array);
      const storage = type.storageOf(array as never);
      const account = accounts.get(storage);
      if (!account || --account.holders > 0) return;
      accounts.delete(storage);
      liveBytes -= account.bytes;
      if (!account.pinned) type.dispose?.(array as never);
    },
    pin(array) {
      const account = accounts.get(typeOf(array).storageOf(array as never));
      if (account) account.pinned = true;
    },
    get liveBytes() {
      return liveBytes;
    },
    get peakBytes() {
      return peakBytes;
    },
  };
}
