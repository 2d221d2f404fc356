import type { HostArray } from "./host-array.ts";
import { hostPool } from "./host-pool.ts";
import type { MemoryRegistry } from "./memory-registry.ts";

/** Whether two arrays, of whatever memory types, lie in the same memory. */
export function sharesMemory(registry: MemoryRegistry, a: unknown, b: unknown): boolean {
  return registry.storageOf(a) === registry.storageOf(b);
}

/** Lets go of the host array to which `array` was converted for a while, where it is a copy. */
export function releaseCopy(registry: MemoryRegistry, host: HostArray, array: unknown): void {
  if (!sharesMemory(registry, host, array)) hostPool.release(host.data);
}
