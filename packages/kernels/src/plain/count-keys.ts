import type { Pixels } from "../pixels.ts";

/** How bits of pixels become keys that sort as the pixels do. */
export type Flip = "none" | "signed" | "float";

/** What an implementation of `percentiles` provides: its passes over the pixels, as 32-bit patterns. */
export interface CountKeys {
  hasNaN(data: Pixels): boolean;
  /** Adds the keys' high halves to 65,536 counts. */
  countHighs(bits: Int32Array, flip: Flip, counts: Uint32Array): void;
  /** Adds the low halves of the keys with one high half to 65,536 counts. */
  countLows(bits: Int32Array, flip: Flip, high: number, counts: Uint32Array): void;
}

/** The passes in TypeScript. */
export const plainCountKeys: CountKeys = {
  hasNaN(data) {
    for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) return true;
    return false;
  },
  countHighs(bits, flip, counts) {
    for (let i = 0; i < bits.length; i++) {
      const bin = keyOf(bits[i] as number, flip) >>> 16;
      counts[bin] = (counts[bin] as number) + 1;
    }
  },
  countLows(bits, flip, high, counts) {
    for (let i = 0; i < bits.length; i++) {
      const key = keyOf(bits[i] as number, flip);
      if (key >>> 16 !== high) continue;
      const bin = key & 0xffff;
      counts[bin] = (counts[bin] as number) + 1;
    }
  },
};

// Maps a 32-bit pattern to an unsigned key that sorts as the value does; negative floats run backwards.
function keyOf(bits: number, flip: Flip): number {
  if (flip === "none") return bits >>> 0;
  if (flip === "signed") return (bits ^ 0x80000000) >>> 0;
  return (bits < 0 ? ~bits : bits | 0x80000000) >>> 0;
}
