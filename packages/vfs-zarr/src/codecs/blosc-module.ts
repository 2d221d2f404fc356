import { BLOSC_WASM } from "./blosc.wasm.ts";

/** What assembly/index.ts exports; numbers are places and lengths in `memory`, in bytes. */
export interface BloscModule {
  readonly memory: WebAssembly.Memory;
  /** Where the memory begins that callers may use. */
  memoryBegin(): number;
  shuffle(from: number, to: number, length: number, itemSize: number): void;
  unshuffle(from: number, to: number, length: number, itemSize: number): void;
  compress(
    from: number,
    length: number,
    to: number,
    room: number,
    table: number,
    acceleration: number,
  ): number;
  decompress(from: number, length: number, to: number, size: number): number;
}

let loaded: BloscModule | undefined;

/** The module with room for `bytes` bytes from `memoryBegin` on. Calls do not wait in between, so that one is enough. */
export function bloscModule(bytes: number): BloscModule {
  loaded ??= instantiate();
  const lacking = loaded.memoryBegin() + bytes - loaded.memory.buffer.byteLength;
  if (lacking > 0) loaded.memory.grow(Math.ceil(lacking / 65536));
  return loaded;
}

function instantiate(): BloscModule {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(BLOSC_WASM, "base64")));
  return exports as unknown as BloscModule;
}
