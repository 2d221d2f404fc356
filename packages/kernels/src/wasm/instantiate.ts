import { fromBase64 } from "./base64.ts";
import type { KernelExports } from "./exports.ts";
import { KERNELS_WASM } from "./kernels.wasm.ts";

/** The part of a WebAssembly.Memory that the kernels use. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

// The part of the WebAssembly namespace that is used: the base library of the language has no types for it.
interface WebAssemblyNamespace {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (options: { initial: number; maximum?: number }) => WasmMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** The instantiated module and the memory it works in. */
export interface KernelModule {
  readonly exports: KernelExports;
  readonly memory: WasmMemory;
}

const PAGE = 65536;

/**
 * Instantiates the module with so many bytes of memory, which may grow to `most` (default: 4 GiB), or returns undefined where the engine
 * lacks WebAssembly or its 128-bit SIMD, or refuses the memory. Memory costs nothing before it is touched.
 */
export function instantiateKernels(bytesOfMemory: number, most?: number): KernelModule | undefined {
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: WebAssemblyNamespace };
  if (!wasm) return undefined;
  const bytes = fromBase64(KERNELS_WASM);
  if (!wasm.validate(bytes)) return undefined;
  try {
    const initial = Math.ceil(bytesOfMemory / PAGE);
    // Some engines reserve a maximum, so none is named without need.
    const memory = new wasm.Memory(
      most === undefined ? { initial } : { initial, maximum: Math.floor(most / PAGE) },
    );
    const abort = (): never => {
      throw new Error("A kernel aborted. This is a bug: please report the call that led to it.");
    };
    const { exports } = new wasm.Instance(new wasm.Module(bytes), { env: { memory, abort } });
    return { exports: exports as KernelExports, memory };
  } catch {
    // A page whose content security policy forbids WebAssembly throws here; the kernels then run in TypeScript.
    return undefined;
  }
}
