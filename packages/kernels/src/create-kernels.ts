import type { Arena, Kernels } from "./kernels.ts";
import { createPlainKernels } from "./plain/create-plain-kernels.ts";
import { createWasmKernels } from "./wasm/create-wasm-kernels.ts";

/** Which implementation to create. */
export interface KernelsOptions {
  /** `"auto"` (default) takes WebAssembly SIMD where the engine has it, `"typescript"` never does. */
  readonly backend?: "auto" | "typescript";
  /** Bytes of an arena in the kernels' own memory; see `Kernels.arena`. Default 0: none. */
  readonly arena?: number;
}

/**
 * Creates the kernels, with scratch memory of their own: WebAssembly SIMD if this engine has it, else plain TypeScript
 * with the same results. Synchronous, and cheap enough (about a millisecond) to do once a thread.
 *
 * @example
 * const kernels = createKernels();
 * kernels.whiteTophat({ data, width, height }, footprintDisk(50), out);
 */
export function createKernels(options: KernelsOptions = {}): Kernels {
  if (options.backend === "typescript") return createPlainKernels();
  const { arena = 0 } = options;
  // Where memory is scarce or its use limited, the arena is the first to go.
  return createWasmKernels(arena) ?? createWasmKernels(0) ?? createPlainKernels();
}

/** A pool of memory that can lend from an arena, each of which it takes over once. */
export interface ArenaPool {
  adopt(arena: Arena): void;
}

let shared: Kernels | undefined;

/**
 * The kernels of this thread, with an arena of 256 MiB, created on first use and then kept. A `pool` lends from that
 * arena from then on: what lies in the kernels' own memory need not be copied there.
 */
export function defaultKernels(pool?: ArenaPool): Kernels {
  shared ??= createKernels({ arena: 256 * 2 ** 20 });
  if (shared.arena) pool?.adopt(shared.arena);
  return shared;
}
