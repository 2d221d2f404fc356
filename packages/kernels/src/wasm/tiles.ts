import type { Pixels, SmallPixels, VectorPixels } from "../pixels.ts";
import type { Scratch } from "./scratch.ts";

/** Pixels worked on at a time: a few tiles fit the second-level cache, and copies are long enough to be fast. */
export const TILE = 32768;

/** The suffix of a pixel type's exports. */
export function bitsOf<T extends VectorPixels>(data: T): T extends SmallPixels ? 8 | 16 : 8 | 16 | 32 {
  return (data.BYTES_PER_ELEMENT * 8) as ReturnType<typeof bitsOf<T>>;
}

/** Visits so many pixels tile by tile. */
export function forTiles(length: number, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += TILE) visit(from, Math.min(from + TILE, length));
}

/** Makes each tile of `out` of that of `source` by a call on addresses. The blocks have room for a tile of either. */
export function mapTiles<T extends Pixels>(
  scratch: Scratch,
  [source, sourceBlock]: readonly [Pixels, number],
  [out, outBlock]: readonly [T, number],
  call: (from: number, to: number, count: number) => void,
): T {
  forTiles(source.length, (first, past) => {
    const result = out.subarray(first, past);
    const to = scratch.aim(outBlock, result);
    call(scratch.bring(sourceBlock, source.subarray(first, past)), to, past - first);
    scratch.read(to, result);
  });
  return out;
}
