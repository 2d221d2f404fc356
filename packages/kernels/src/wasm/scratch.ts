import type { Pixels } from "../pixels.ts";
import type { WasmMemory } from "./instantiate.ts";

/** The kernels' working memory: laid out anew by each call, grown to the largest call so far. */
export interface Scratch {
  /**
   * Reserves one block for each size in bytes and returns their addresses. Earlier blocks are given up.
   * Throws `ScratchFull`, and changes nothing, where the memory does not grow so far.
   */
  layout(...sizes: readonly number[]): number[];
  /** Bytes of a block for pixels to be read: none where they lie in this memory already. */
  room(data: Pixels): number;
  /** Where pixels are read: where they lie, else the block, into which they are copied. */
  bring(block: number, data: Pixels): number;
  /** Bytes of a block for a result: none where it can be written in place. */
  roomFor(out: Pixels): number;
  /** Where a result is written: in place, else the block; `read` then brings it to `out`. */
  aim(block: number, out: Pixels): number;
  /** Copies pixels into the memory. */
  write(address: number, data: Pixels): void;
  /** Copies pixels out of the memory into all of `data`, unless they are there already. */
  read(address: number, data: Pixels): void;
  /** The address of an array that lies in this memory; undefined for any other. */
  addressOf(data: ArrayBufferView): number | undefined;
  /** A view of bytes, valid until the next layout. */
  bytes(address: number, length: number): Uint8Array;
  /** A view of `length` int32, valid until the next layout. */
  integers(address: number, length: number): Int32Array;
  /** A view of `length` float32, valid until the next layout. */
  floats(address: number, length: number): Float32Array;
  /** Sets bytes to zero. */
  clear(address: number, bytes: number): void;
}

/** Thrown where a call needs more working memory than there is. */
export class ScratchFull extends Error {}

const PAGE = 65536;
// Vector loads may begin inside a block and end past it.
const SLACK = 128;
// The longest vector store: a result whose bytes are a multiple of it is never written past its end.
const VECTOR = 16;

/** Manages a module's memory from `base` on; with a `limit` the memory never grows and blocks end below it. */
export function createScratch(memory: WasmMemory, base: number, limit?: number): Scratch {
  const liesHere = (data: Pixels): boolean => data.buffer === memory.buffer;
  const fitsHere = (out: Pixels): boolean => liesHere(out) && out.byteLength % VECTOR === 0;
  const write = (address: number, data: Pixels): void => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    new Uint8Array(memory.buffer, address, data.byteLength).set(bytes);
  };
  return {
    layout(...sizes) {
      let top = (base + 63) & ~63;
      const addresses = sizes.map((size) => {
        const address = top;
        top = Math.ceil((top + size + SLACK) / 64) * 64;
        return address;
      });
      if (limit !== undefined && top > limit) throw new ScratchFull();
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) grow(memory, Math.ceil(missing / PAGE));
      return addresses;
    },
    room: (data) => (liesHere(data) ? 0 : data.byteLength),
    bring(block, data) {
      if (liesHere(data)) return data.byteOffset;
      write(block, data);
      return block;
    },
    roomFor: (out) => (fitsHere(out) ? 0 : out.byteLength),
    aim: (block, out) => (fitsHere(out) ? out.byteOffset : block),
    write,
    read(address, data) {
      if (liesHere(data) && data.byteOffset === address) return;
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      bytes.set(new Uint8Array(memory.buffer, address, data.byteLength));
    },
    addressOf: (data) => (data.buffer === memory.buffer ? data.byteOffset : undefined),
    bytes: (address, length) => new Uint8Array(memory.buffer, address, length),
    integers: (address, length) => new Int32Array(memory.buffer, address, length),
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    clear(address, bytes) {
      new Uint8Array(memory.buffer, address, bytes).fill(0);
    },
  };
}

function grow(memory: WasmMemory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw new ScratchFull("The engine refuses the memory.", { cause });
  }
}
