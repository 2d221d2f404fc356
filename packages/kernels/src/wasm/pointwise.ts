import type { HistogramOptions, Kernels } from "../kernels.ts";
import { checkLength, checkSameType, type SmallPixels } from "../pixels.ts";
import { levelsOf } from "../plain/histogram.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";
import { bitsOf, forTiles, TILE } from "./tiles.ts";

type Pointwise = Pick<Kernels, "histogram" | "applyLut">;

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
      forTiles(data.length, (from, to) => {
        const result = out.subarray(from, to);
        const at = scratch.aim(pixels, result);
        map(scratch.bring(pixels, data.subarray(from, to)), at, to - from, table);
        scratch.read(at, result);
      });
      return out;
    },
  };
}
