import type { HostArray } from "./host-array.ts";
import { hostPool } from "./host-pool.ts";
import type { MemoryRegistry } from "./memory-registry.ts";

/** Lets go of the host array to which `array` was converted for a while, where it is a copy. */
export function releaseCopy(registry: MemoryRegistry, host: HostArray, array: unknown): void {
  if (registry.storageOf(host) !== registry.storageOf(array)) hostPool.release(host.data);
}
