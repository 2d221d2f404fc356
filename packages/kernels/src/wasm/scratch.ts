import type { Pixels } from "../pixels.ts";
import type { WasmMemory } from "./instantiate.ts";

/** The kernels' working memory: laid out anew by each call, grown to the largest call so far. */
export interface Scratch {
  /** Reserves one block for each size in bytes and returns their addresses. Earlier blocks are given up. */
  layout(...sizes: readonly number[]): number[];
  /** Copies pixels into the memory. */
  write(address: number, data: Pixels): void;
  /** Copies pixels out of the memory into all of `data`. */
  read(address: number, data: Pixels): void;
  /** A view of `length` int32, valid until the next layout. */
  integers(address: number, length: number): Int32Array;
  /** Sets bytes to zero. */
  clear(address: number, bytes: number): void;
}

const PAGE = 65536;
// Vector loads may begin inside a block and end past it.
const SLACK = 128;

/** Manages a module's memory from `base` on. */
export function createScratch(memory: WasmMemory, base: number): Scratch {
  return {
    layout(...sizes) {
      let top = (base + 63) & ~63;
      const addresses = sizes.map((size) => {
        const address = top;
        top = Math.ceil((top + size + SLACK) / 64) * 64;
        return address;
      });
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) grow(memory, Math.ceil(missing / PAGE), top);
      return addresses;
    },
    write(address, data) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      new Uint8Array(memory.buffer, address, data.byteLength).set(bytes);
    },
    read(address, data) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      bytes.set(new Uint8Array(memory.buffer, address, data.byteLength));
    },
    integers: (address, length) => new Int32Array(memory.buffer, address, length),
    clear(address, bytes) {
      new Uint8Array(memory.buffer, address, bytes).fill(0);
    },
  };
}

function grow(memory: WasmMemory, pages: number, bytes: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw new RangeError(
      `The kernels need ${bytes} bytes of working memory, and the engine refuses them. Use smaller slices or tiles.`,
      { cause },
    );
  }
}
