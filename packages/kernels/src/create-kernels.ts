import type { Kernels } from "./kernels.ts";
import { createPlainKernels } from "./plain/create-plain-kernels.ts";
import { createWasmKernels } from "./wasm/create-wasm-kernels.ts";

/** Which implementation to create. */
export interface KernelsOptions {
  /** `"auto"` (default) takes WebAssembly SIMD where the engine has it, `"typescript"` never does. */
  readonly backend?: "auto" | "typescript";
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
  const fast = options.backend === "typescript" ? undefined : createWasmKernels();
  return fast ?? createPlainKernels();
}

let shared: Kernels | undefined;

/** The kernels of this thread, created on first use and then kept. */
export function defaultKernels(): Kernels {
  shared ??= createKernels();
  return shared;
}
