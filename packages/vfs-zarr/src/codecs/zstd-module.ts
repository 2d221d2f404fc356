import { createRequire } from "node:module";

/** zstd in WebAssembly over bytes that lie in its memory; numbers are places and lengths in bytes. */
export interface ZstdModule {
  /** The module's memory; a new view after each `_malloc`, which may grow it. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _compressBound(length: number): number;
  /** Answers how many bytes were written, -1 where it failed. */
  _compress(to: number, room: number, from: number, length: number, level: number): number;
  _decompress(to: number, room: number, from: number, length: number): number;
}

let loading: Promise<ZstdModule> | undefined;

/** The module, loaded when it is first needed. */
export function zstdModule(): Promise<ZstdModule> {
  loading ??= load();
  return loading;
}

/** By `require`, which bundlers leave alone: the package finds its binary beside itself. */
async function load(): Promise<ZstdModule> {
  const require = createRequire(import.meta.url);
  const create = require("@foxglove/wasm-zstd/dist/wasm-zstd.js") as () => Promise<ZstdModule>;
  return await create();
}

/** Puts `bytes` into the module's memory beside room for `room` bytes of output; both are given back after `use`. */
export function withBytes<T>(
  module: ZstdModule,
  bytes: Uint8Array,
  room: number,
  use: (from: number, to: number) => T,
): T {
  const from = module._malloc(Math.max(1, bytes.length));
  const to = module._malloc(Math.max(1, room));
  try {
    if (from === 0 || to === 0)
      throw new Error(`there is no room in memory for ${bytes.length + room} bytes`);
    module.HEAPU8.set(bytes, from);
    return use(from, to);
  } finally {
    module._free(from);
    module._free(to);
  }
}
