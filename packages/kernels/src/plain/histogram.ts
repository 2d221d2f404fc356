import type { HistogramOptions } from "../kernels.ts";
import { checkLength, checkSameType, type SmallPixels } from "../pixels.ts";

/** Number of grey levels of a pixel type: 256 or 65,536. */
export function levelsOf(data: SmallPixels): 256 | 65536 {
  return data instanceof Uint8Array ? 256 : 65536;
}

/** Counts grey levels. See `Kernels.histogram`. */
export function histogram(
  data: SmallPixels,
  counts: Uint32Array,
  options: HistogramOptions = {},
): Uint32Array {
  checkLength("histogram", "counts", counts, levelsOf(data));
  if (!options.accumulate) counts.fill(0);
  if (data instanceof Uint8Array) return countBytes(data, counts);
  for (let i = 0; i < data.length; i++) {
    const level = data[i] as number;
    counts[level] = (counts[level] as number) + 1;
  }
  return counts;
}

// A loop of its own, so that each loop sees a single pixel type and stays fast.
function countBytes(data: Uint8Array, counts: Uint32Array): Uint32Array {
  for (let i = 0; i < data.length; i++) {
    const level = data[i] as number;
    counts[level] = (counts[level] as number) + 1;
  }
  return counts;
}

/** Maps pixels through a table. See `Kernels.applyLut`. */
export function applyLut<T extends SmallPixels>(data: T, lut: T, out: T): T {
  checkLength("applyLut", "lut", lut, levelsOf(data));
  checkLength("applyLut", "out", out, data.length);
  checkSameType("applyLut", "lut", lut, data);
  checkSameType("applyLut", "out", out, data);
  for (let i = 0; i < data.length; i++) out[i] = lut[data[i] as number] as number;
  return out;
}
