import { PlatewrightError } from "@platewright/core";
import { otsuThreshold } from "@platewright/kernels";
import { kernels } from "../kernels.ts";
import { type DenseSlice, withScratch } from "./slices.ts";

/** How foreground is told from background. */
export interface ForegroundOptions {
  /** Sigma, in pixels, of the gaussian that smooths the slice first; 0 leaves it as it is. */
  readonly smoothing: number;
  /** The grey value that parts foreground from background; left out, Otsu's. */
  readonly threshold: number | undefined;
  /** What the objects lie on. */
  readonly background: "dark" | "bright";
  /** Where the smoothed slice lies meanwhile, of any content, as long as the slice. */
  readonly room: Float32Array;
}

/** Otsu's classes must lie this many standard deviations of the background apart. Noise alone reaches 2.7, a ramp 3.5. */
const leastContrast = 4;

/** Grey levels that a smoothed slice is counted in: as fine as uint16, whatever the range. */
const levels = 65536;

/**
 * Marks the foreground of a slice: `mask` becomes 1 above the threshold of the smoothed slice (below it on a bright
 * background) and 0 elsewhere. Otsu splits even pure noise in two halves, so its threshold holds only where the two
 * classes stand apart; elsewhere, and in a constant slice, nothing is foreground.
 */
export function markForeground(slice: DenseSlice, mask: Uint8Array, options: ForegroundOptions): void {
  const isDark = options.background === "dark";
  const { data } = slice;
  if (options.smoothing === 0 && (data instanceof Uint8Array || data instanceof Uint16Array)) {
    mark(data, mask, options.threshold ?? levelsThreshold(data, isDark), isDark);
    return;
  }
  const smooth = kernels().gaussian(slice, options.smoothing, options.room);
  mark(smooth, mask, options.threshold ?? contrastThreshold(smooth, isDark), isDark);
}

function mark(
  data: Uint8Array | Uint16Array | Float32Array,
  mask: Uint8Array,
  threshold: number | undefined,
  isDark: boolean,
): void {
  if (threshold === undefined) mask.fill(0);
  else if (isDark) kernels().markAbove(data, threshold, mask);
  else for (let at = 0; at < mask.length; at++) mask[at] = Number((data[at] as number) <= threshold);
}

/** Otsu's threshold of whole numbers, each its own level, or `undefined` where the two classes do not stand apart. */
export function levelsThreshold(data: Uint8Array | Uint16Array, isDark: boolean): number | undefined {
  return withScratch(data instanceof Uint8Array ? 256 : levels, "uint32", (counts) =>
    splitOf(kernels().histogram(data, counts), isDark),
  );
}

/** Otsu's threshold of a smoothed slice, or `undefined` where the two classes do not stand apart. */
function contrastThreshold(smooth: Float32Array, isDark: boolean): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < smooth.length; at++) {
    const value = smooth[at] as number;
    if (value < least) least = value;
    if (value > most) most = value;
    // Only NaN and the infinities are not nothing when taken from themselves.
    if (value - value !== 0) throw notFinite(value);
  }
  const scale = (levels - 1) / (most - least);
  const counts = new Uint32Array(levels);
  for (let at = 0; at < smooth.length; at++) {
    const level = (((smooth[at] as number) - least) * scale + 0.5) | 0;
    counts[level] = (counts[level] as number) + 1;
  }
  const split = splitOf(counts, isDark);
  // Half a level up, so that a pixel of the threshold's own level is not lifted over it by rounding.
  return split === undefined ? undefined : least + (split + 0.5) / scale;
}

/** The last level of the lower class, or `undefined` where there is one level only or the classes do not stand apart. */
function splitOf(counts: Uint32Array, isDark: boolean): number | undefined {
  const split = otsuThreshold(counts);
  const below = momentsOf(counts, 0, split + 1);
  const above = momentsOf(counts, split + 1, counts.length);
  if (below.total === 0 || above.total === 0) return undefined;
  const { deviation } = isDark ? below : above;
  return above.mean - below.mean < leastContrast * deviation ? undefined : split;
}

interface Moments {
  readonly total: number;
  readonly mean: number;
  readonly deviation: number;
}

function momentsOf(counts: Uint32Array, from: number, to: number): Moments {
  let total = 0;
  let sum = 0;
  for (let level = from; level < to; level++) {
    total += counts[level] as number;
    sum += (counts[level] as number) * level;
  }
  const mean = sum / total;
  let squares = 0;
  for (let level = from; level < to; level++) squares += (counts[level] as number) * (level - mean) ** 2;
  return { total, mean, deviation: Math.sqrt(squares / total) };
}

function notFinite(value: number): PlatewrightError {
  return new PlatewrightError(
    "array",
    `A pixel is ${value}, so the slice has no threshold. Replace NaN and infinite pixels in an earlier step, or give a threshold.`,
  );
}
