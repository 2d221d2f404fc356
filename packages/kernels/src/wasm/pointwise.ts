import type { HistogramOptions, Kernels } from "../kernels.ts";
import {
  checkLength,
  checkSameType,
  isSmall,
  type Pixels,
  type SmallPixels,
  type VectorPixels,
} from "../pixels.ts";
import { checkComposite, composite } from "../plain/composite.ts";
import { levelsOf } from "../plain/histogram.ts";
import {
  accumulateMax,
  accumulateMin,
  accumulateSum,
  checkStack,
  projectMax,
  projectMin,
} from "../plain/projection.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";

// Pixels worked on at a time: a few tiles fit the second-level cache, and copies are long enough to be fast.
const TILE = 32768;

type Pointwise = Pick<
  Kernels,
  | "histogram"
  | "applyLut"
  | "projectMax"
  | "projectMin"
  | "accumulateMax"
  | "accumulateMin"
  | "accumulateSum"
  | "composite"
>;

/** The kernels that treat each pixel for itself, tile by tile, so that their scratch memory stays below 1 MB. */
export function createPointwise(exports: KernelExports, scratch: Scratch): Pointwise {
  const extremum = (
    kind: "Max" | "Min",
    slices: readonly SmallPixels[],
    out: SmallPixels,
    startFromOut: boolean,
  ): void => {
    const accumulate = exports[`accumulate${kind}${bitsOf(out)}`];
    const [block = 0, other = 0] = scratch.layout(TILE * 2, TILE * 2);
    forTiles(out.length, (from, to) => {
      const result = out.subarray(from, to);
      const running = scratch.aim(block, result);
      slices.forEach((slice, i) => {
        const part = slice.subarray(from, to);
        if (i === 0 && startFromOut && running === block) scratch.write(running, result);
        if (i === 0 && !startFromOut) scratch.write(running, part);
        else accumulate(running, scratch.bring(other, part), result.byteLength);
      });
      scratch.read(running, result);
    });
  };

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
    projectMax<T extends Pixels>(slices: readonly T[], out: T): T {
      checkStack("projectMax", slices, out);
      if (!isSmall(out)) return projectMax(slices, out);
      extremum("Max", slices as readonly SmallPixels[], out, false);
      return out;
    },
    projectMin<T extends Pixels>(slices: readonly T[], out: T): T {
      checkStack("projectMin", slices, out);
      if (!isSmall(out)) return projectMin(slices, out);
      extremum("Min", slices as readonly SmallPixels[], out, false);
      return out;
    },
    accumulateMax<T extends Pixels>(running: T, data: T): T {
      if (!isSmall(running) || !isSmall(data)) return accumulateMax(running, data);
      checkStack("accumulateMax", [data], running);
      extremum("Max", [data], running, true);
      return running;
    },
    accumulateMin<T extends Pixels>(running: T, data: T): T {
      if (!isSmall(running) || !isSmall(data)) return accumulateMin(running, data);
      checkStack("accumulateMin", [data], running);
      extremum("Min", [data], running, true);
      return running;
    },
    accumulateSum<T extends Uint32Array | Float32Array | Float64Array>(sum: T, data: Pixels): T {
      if (!(sum instanceof Uint32Array) || !isSmall(data)) return accumulateSum(sum, data);
      checkLength("accumulateSum", "sum", sum, data.length);
      const add = exports[`accumulateSum${bitsOf(data)}`];
      const [sums = 0, pixels = 0] = scratch.layout(TILE * 4, TILE * 2);
      forTiles(data.length, (from, to) => {
        const part = sum.subarray(from, to);
        scratch.write(sums, part);
        add(sums, scratch.bring(pixels, data.subarray(from, to)), to - from);
        scratch.read(sums, part);
      });
      return sum;
    },
    composite<T extends Pixels>(slices: readonly Pixels[], weights: readonly number[], out: T): T {
      checkComposite(slices, weights, out);
      if (!isSmall(out) || !slices.every(isSmall)) return composite(slices, weights, out);
      const store = exports[`storeWeighted${bitsOf(out)}`];
      const [sums = 0, pixels = 0] = scratch.layout(TILE * 4, TILE * 2);
      forTiles(out.length, (from, to) => {
        scratch.clear(sums, TILE * 4);
        slices.forEach((slice, i) => {
          const part = scratch.bring(pixels, slice.subarray(from, to));
          exports[`weigh${bitsOf(slice)}`](sums, part, to - from, weights[i] ?? 0);
        });
        const result = out.subarray(from, to);
        const at = scratch.aim(pixels, result);
        store(sums, at, to - from);
        scratch.read(at, result);
      });
      return out;
    },
  };
}

/** The suffix of a pixel type's exports. */
export function bitsOf<T extends VectorPixels>(data: T): T extends SmallPixels ? 8 | 16 : 8 | 16 | 32 {
  return (data.BYTES_PER_ELEMENT * 8) as ReturnType<typeof bitsOf<T>>;
}

function forTiles(length: number, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += TILE) visit(from, Math.min(from + TILE, length));
}
