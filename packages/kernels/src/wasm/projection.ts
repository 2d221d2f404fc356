import type { Kernels } from "../kernels.ts";
import { checkLength, hasVectors, isSmall, type Pixels, type VectorPixels } from "../pixels.ts";
import { checkComposite, composite } from "../plain/composite.ts";
import { meanOfSum } from "../plain/mean.ts";
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
import { bitsOf, forTiles, mapTiles, TILE } from "./tiles.ts";

type Projections = Pick<
  Kernels,
  | "projectMax"
  | "projectMin"
  | "accumulateMax"
  | "accumulateMin"
  | "accumulateSum"
  | "meanOfSum"
  | "composite"
>;

/** The kernels that make one slice of several, tile by tile, so that their scratch memory stays below 1 MB. */
export function createProjections(exports: KernelExports, scratch: Scratch): Projections {
  const extremum = (
    kind: "Max" | "Min",
    slices: readonly VectorPixels[],
    out: VectorPixels,
    startFromOut: boolean,
  ): void => {
    const accumulate = exports[`accumulate${kind}${bitsOf(out)}`];
    const [block = 0, other = 0] = scratch.layout(TILE * 4, TILE * 4);
    forTiles(out.length, (from, to) => {
      const result = out.subarray(from, to);
      const running = scratch.aim(block, result);
      if (startFromOut && running === block) scratch.write(running, result);
      slices.forEach((slice, i) => {
        const part = slice.subarray(from, to);
        if (i === 0 && !startFromOut) scratch.write(running, part);
        else accumulate(running, scratch.bring(other, part), result.byteLength);
      });
      scratch.read(running, result);
    });
  };

  // A copy of the first slice would lose a later one that is `out` itself.
  const project = (kind: "Max" | "Min", slices: readonly VectorPixels[], out: VectorPixels): void => {
    const others = slices.filter((slice) => slice !== out);
    extremum(kind, others, out, others.length < slices.length);
  };

  return {
    projectMax<T extends Pixels>(slices: readonly T[], out: T): T {
      checkStack("projectMax", slices, out);
      if (!hasVectors(out)) return projectMax(slices, out);
      project("Max", slices as readonly VectorPixels[], out);
      return out;
    },
    projectMin<T extends Pixels>(slices: readonly T[], out: T): T {
      checkStack("projectMin", slices, out);
      if (!hasVectors(out)) return projectMin(slices, out);
      project("Min", slices as readonly VectorPixels[], out);
      return out;
    },
    accumulateMax<T extends Pixels>(running: T, data: T): T {
      if (!hasVectors(running) || !hasVectors(data)) return accumulateMax(running, data);
      checkStack("accumulateMax", [data], running);
      extremum("Max", [data], running, true);
      return running;
    },
    accumulateMin<T extends Pixels>(running: T, data: T): T {
      if (!hasVectors(running) || !hasVectors(data)) return accumulateMin(running, data);
      checkStack("accumulateMin", [data], running);
      extremum("Min", [data], running, true);
      return running;
    },
    accumulateSum<T extends Uint32Array | Float32Array | Float64Array>(sum: T, data: Pixels): T {
      const isAlike =
        sum instanceof Uint32Array
          ? isSmall(data)
          : sum instanceof Float32Array && hasVectors(data) && !isSmall(data);
      if (!isAlike) return accumulateSum(sum, data);
      checkLength("accumulateSum", "sum", sum, data.length);
      const add = exports[`accumulateSum${bitsOf(data as VectorPixels)}`];
      const [sums = 0, pixels = 0] = scratch.layout(TILE * 4, TILE * 4);
      forTiles(data.length, (from, to) => {
        const part = sum.subarray(from, to);
        scratch.write(sums, part);
        add(sums, scratch.bring(pixels, data.subarray(from, to)), to - from);
        scratch.read(sums, part);
      });
      return sum;
    },
    meanOfSum<T extends Pixels>(sum: Uint32Array | Float32Array | Float64Array, count: number, out: T): T {
      const isAlike =
        sum instanceof Uint32Array
          ? isSmall(out)
          : sum instanceof Float32Array && out instanceof Float32Array;
      if (!isAlike) return meanOfSum(sum, count, out);
      checkLength("meanOfSum", "out", out, sum.length);
      const store = exports[`storeMean${bitsOf(out as VectorPixels)}`];
      const [sums = 0, pixels = 0] = scratch.layout(TILE * 4, TILE * 4);
      return mapTiles(scratch, [sum, sums], [out, pixels], (from, to, length) =>
        store(from, to, length, count),
      );
    },
    composite<T extends Pixels>(slices: readonly Pixels[], weights: readonly number[], out: T): T {
      checkComposite(slices, weights, out);
      if (!hasVectors(out) || !slices.every(hasVectors)) return composite(slices, weights, out);
      const [sums = 0, pixels = 0] = scratch.layout(TILE * 4, TILE * 4);
      forTiles(out.length, (from, to) => {
        scratch.clear(sums, TILE * 4);
        slices.forEach((slice, i) => {
          const part = scratch.bring(pixels, slice.subarray(from, to));
          exports[`weigh${bitsOf(slice)}`](sums, part, to - from, weights[i] ?? 0);
        });
        const result = out.subarray(from, to);
        if (!isSmall(result)) {
          scratch.read(sums, result);
          return;
        }
        const at = scratch.aim(pixels, result);
        exports[`storeWeighted${bitsOf(result)}`](sums, at, to - from);
        scratch.read(at, result);
      });
      return out;
    },
  };
}
