import { type Compute, compute, type GpuArray, numberTypeOf } from "@platewright/backend-webgpu";
import { bytesPerElement, type DType, PlatewrightError } from "@platewright/core";
import { otsuBinCount, otsuBins, otsuThresholdOfBins } from "@platewright/kernels";
import { floatOfKey, infiniteKey, keyOfValue, keyOfZero } from "../sort-key.ts";
import { type Sides, slicesFrom } from "../stack.ts";
import { type Bins, countBins } from "./count-bins.ts";
import { countLevels } from "./count-levels.ts";
import { findExtremes, readWords } from "./find-extremes.ts";
import { splitLevels } from "./split-levels.ts";

type Context = { readonly signal?: AbortSignal | undefined };

/** Ranges of 32-bit integers up to this many grey levels get a bin for each level. */
const maxLevels = 2 ** 20;

/** Bytes of counts that lie on the device at once. */
const countBytes = 2 ** 26;

/** Writes the sort key of Otsu's threshold of each slice of 8 or 16 bits into an array, without reading anything back. */
export async function findLevelThresholds(
  c: Compute,
  stack: GpuArray,
  { depth, plane }: Sides,
): Promise<GpuArray> {
  const { dtype } = stack;
  const levels = 2 ** (8 * bytesPerElement(dtype));
  const thresholds = await c.scratch([depth], "uint32");
  const atOnce = Math.max(1, Math.floor(countBytes / (4 * levels)));
  for (let from = 0; from < depth; from += atOnce) {
    const groups = Math.min(atOnce, depth - from);
    const counts = await countLevels(c, slicesFrom(stack, from, groups), plane, levels);
    const isRelative = keyOfZero(dtype) > 0;
    splitLevels(c, { counts, groups, levels, least: 0, isRelative }, thresholds, from);
  }
  return thresholds;
}

/**
 * The sort keys of Otsu's thresholds of slices of 32 bits. The bins of a slice depend on its extremes, so these and the
 * counts of the bins are read back. Throws "array" where a pixel is NaN or infinite.
 */
export async function findBinThresholds(
  stack: GpuArray,
  { plane }: Sides,
  context: Context | undefined,
): Promise<Uint32Array> {
  const { dtype } = stack;
  const isFloat = numberTypeOf(dtype) === "f32";
  const extremes = await findExtremes(stack, plane, context);
  const thresholds = Uint32Array.from(extremes, ({ least }) => least);
  const inBins: SliceBins[] = [];
  for (const [z, { least, most }] of extremes.entries()) {
    if (isFloat && (most >= infiniteKey || least <= ~infiniteKey >>> 0)) throw notFinite(z);
    if (least === most) continue;
    if (isFloat || most - least >= maxLevels) inBins.push({ z, ...binsBetween(dtype, least, most) });
    else thresholds[z] = await splitSlice(slicesFrom(stack, z, 1), plane, least, most, context);
  }
  const counts = await countSlices(stack, plane, inBins, context);
  for (const [i, { z, edges }] of inBins.entries()) {
    const own = counts.subarray(i * otsuBinCount, (i + 1) * otsuBinCount);
    thresholds[z] = keyOfValue(dtype, otsuThresholdOfBins(own, edges, isFloat));
  }
  return thresholds;
}

interface SliceBins extends Bins {
  readonly z: number;
}

function binsBetween(dtype: DType, least: number, most: number): Bins {
  const isFloat = numberTypeOf(dtype) === "f32";
  const ofKey = isFloat ? floatOfKey : (key: number): number => key - keyOfZero(dtype);
  return { ...otsuBins(ofKey(least), ofKey(most), isFloat), least: ofKey(least) };
}

/** The counts of all bins of some slices, one slice after the other. */
async function countSlices(
  stack: GpuArray,
  plane: number,
  slices: readonly SliceBins[],
  context: Context | undefined,
): Promise<Uint32Array> {
  if (slices.length === 0) return new Uint32Array(0);
  const found = await compute(
    stack.gpu,
    async (c) => {
      const counts = await c.allocate([slices.length * otsuBinCount], "uint32");
      c.clear(counts);
      for (const [i, bins] of slices.entries()) {
        await countBins(c, stack, { from: bins.z * plane, size: plane }, bins, counts, i * otsuBinCount);
      }
      return counts;
    },
    context,
  );
  return readWords(found);
}

/** The sort key of the threshold of a slice of few levels. */
async function splitSlice(
  image: GpuArray,
  plane: number,
  least: number,
  most: number,
  context: Context | undefined,
): Promise<number> {
  const found = await compute(
    image.gpu,
    async (c) => {
      const threshold = await c.allocate([1], "uint32");
      const levels = most - least + 1;
      const counts = await countLevels(c, image, plane, levels, least);
      splitLevels(c, { counts, groups: 1, levels, least, isRelative: false }, threshold, 0);
      return threshold;
    },
    context,
  );
  return (await readWords(found))[0] ?? least;
}

function notFinite(z: number): PlatewrightError {
  return new PlatewrightError(
    "array",
    `Slice ${z} has pixels that are NaN or infinite, so it has no Otsu threshold. Replace them in an earlier step.`,
    { slice: z },
  );
}
