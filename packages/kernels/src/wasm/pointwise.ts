import type { HistogramOptions, Kernels } from "../kernels.ts";
import {
  checkLength,
  checkSameType,
  hasVectors,
  type Pixels,
  type SmallPixels,
  type VectorPixels,
} from "../pixels.ts";
import { markAbove } from "../plain/above.ts";
import { levelsOf } from "../plain/histogram.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";
import { bitsOf, forTiles, mapTiles, TILE } from "./tiles.ts";

type Pointwise = Pick<Kernels, "histogram" | "applyLut" | "markAbove">;

/** The kernels that treat each pixel for itself, tile by tile, so that their scratch memory stays below 1 MB. */
export function createPointwise(exports: KernelExports, scratch: Scratch): Pointwise {
  return {
    histogram(data: SmallPixels, counts: Uint32Array, options: HistogramOptions = {}): Uint32Array {
      const levels = levelsOf(data);
      checkLength("histogram", "counts", counts, levels);
      const count = exports[`countLevels${bitsOf(data)}`];
      const [pixels = 0, even = 0, odd = 0] = scratch.layout(TILE * 2, levels * 4, levels * 4);
      if (options.accumulate) scratch.write(even, counts);
      else scratch.clear(even, levels * 4);
      scratch.clear(odd, levels * 4);
      forTiles(data.length, (from, to) => {
        count(scratch.bring(pixels, data.subarray(from, to)), to - from, even, odd);
      });
      exports.mergeCounts(even, odd, levels);
      scratch.read(even, counts);
      return counts;
    },
    applyLut<T extends SmallPixels>(data: T, lut: T, out: T): T {
      checkLength("applyLut", "lut", lut, levelsOf(data));
      checkLength("applyLut", "out", out, data.length);
      checkSameType("applyLut", "lut", lut, data);
      checkSameType("applyLut", "out", out, data);
      const map = exports[`mapLevels${bitsOf(data)}`];
      const [pixels = 0, table = 0] = scratch.layout(TILE * 2, lut.byteLength);
      scratch.write(table, lut);
      return mapTiles(scratch, [data, pixels], [out, pixels], (from, to, count) =>
        map(from, to, count, table),
      );
    },
    markAbove(data: Pixels, limit: number, out: Uint8Array): Uint8Array {
      const least = hasVectors(data) ? pixelBelow(data, limit) : undefined;
      if (!hasVectors(data) || least === undefined) return markAbove(data, limit, out);
      checkLength("markAbove", "out", out, data.length);
      const mark = exports[`markAbove${bitsOf(data)}`];
      const [pixels = 0, marks = 0] = scratch.layout(TILE * 4, TILE);
      return mapTiles(scratch, [data, pixels], [out, marks], (from, to, count) =>
        mark(from, count, least, to),
      );
    },
  };
}

/** The greatest value of the pixels' type that is not above a limit: the same pixels are above it. Undefined where there is none. */
function pixelBelow(data: VectorPixels, limit: number): number | undefined {
  if (!(data instanceof Float32Array)) {
    const most = data instanceof Uint8Array ? 255 : 65535;
    return limit >= 0 ? Math.min(Math.floor(limit), most) : undefined;
  }
  const near = Float32Array.of(limit);
  const bits = new Int32Array(near.buffer);
  // Rounded up: the next one below, whose bits are those of the next number, or of 0 the least negative one.
  if ((near[0] as number) > limit)
    bits[0] = near[0] === 0 ? -0x7fffffff : (bits[0] as number) + ((near[0] as number) > 0 ? -1 : 1);
  return near[0];
}
