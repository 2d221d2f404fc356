/**
 * Otsu's threshold of an integer image from its histogram (`counts[v]` pixels of value v): the value that
 * skimage.filters.threshold_otsu 0.19 returns, with one bin per grey level. Foreground is strictly above it.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979).
 * @throws RangeError for an empty histogram.
 */
export function otsuThreshold(counts: Uint32Array): number {
  let total = 0;
  let sum = 0;
  let last = -1;
  for (let v = 0; v < counts.length; v++) {
    const count = counts[v] as number;
    if (count === 0) continue;
    total += count;
    sum += count * v;
    last = v;
  }
  if (last < 0) throw new RangeError("otsuThreshold: the histogram is empty. Count at least one pixel.");
  // Sums of whole numbers stay exact in float64, so only the variance rounds, in scikit-image's own order. An empty
  // level repeats the variance before it and never wins.
  let weight = 0;
  let lower = 0;
  let best = Number.NEGATIVE_INFINITY;
  let threshold = last;
  for (let v = 0; v < last; v++) {
    const count = counts[v] as number;
    if (count === 0) continue;
    weight += count;
    lower += count * v;
    const rest = total - weight;
    const apart = lower / weight - (sum - lower) / rest;
    const variance = weight * rest * (apart * apart);
    if (variance > best) {
      best = variance;
      threshold = v;
    }
  }
  return threshold;
}

/**
 * Otsu's threshold of a float image over 256 equal bins between its minimum and maximum, as
 * skimage.filters.threshold_otsu 0.19; float32 pixels are binned in float32, as numpy does.
 * @throws RangeError for no pixels, or a pixel that is NaN or infinite.
 */
export function otsuThresholdOfFloat(data: Float32Array | Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (!Number.isFinite(v))
      throw new RangeError(`otsuThresholdOfFloat: pixel ${i} is ${v}. Replace it by a finite number first.`);
    if (v < least) least = v;
    if (v > most) most = v;
  }
  if (data.length === 0)
    throw new RangeError("otsuThresholdOfFloat: there are no pixels. Pass at least one.");
  if (least === most) return least;

  const isSingle = data instanceof Float32Array;
  const { edges, scale } = otsuBins(least, most, isSingle);
  const counts = isSingle ? countSingle(data, least, scale, edges) : countDouble(data, least, scale, edges);
  return otsuThresholdOfBins(counts, edges, isSingle);
}

// The same loop twice: one that calls a rounding it is handed is several times slower.
function countSingle(data: Float32Array, least: number, scale: number, edges: Float64Array): Uint32Array {
  const counts = new Uint32Array(otsuBinCount);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    const bin = binOf(v, Math.fround(Math.fround(v - least) * scale), edges);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

function countDouble(data: Float64Array, least: number, scale: number, edges: Float64Array): Uint32Array {
  const counts = new Uint32Array(otsuBinCount);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    const bin = binOf(v, (v - least) * scale, edges);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

function binOf(value: number, place: number, edges: Float64Array): number {
  const bin = Math.min(place | 0, otsuBinCount - 1);
  if (value < (edges[bin] as number)) return bin - 1;
  return bin !== otsuBinCount - 1 && value >= (edges[bin + 1] as number) ? bin + 1 : bin;
}

/** How many bins Otsu's threshold of floats takes. */
export const otsuBinCount = 256;

/**
 * The bins of `otsuThresholdOfFloat` between two different finite values, in float32 or float64: their edges, one more
 * than bins, and how many bins there are to 1. A value's bin is its distance from `least` times the scale, truncated,
 * at most the last, and then moved to a neighbour where it lies beyond an edge.
 */
export function otsuBins(
  least: number,
  most: number,
  isSingle: boolean,
): { readonly edges: Float64Array; readonly scale: number } {
  const round = isSingle ? Math.fround : (value: number): number => value;
  const width = (most - least) / otsuBinCount;
  const edges = Float64Array.from({ length: otsuBinCount + 1 }, (_, i) => round(i * width + least));
  edges[otsuBinCount] = most;
  return { edges, scale: round(otsuBinCount / round(most - least)) };
}

/** Otsu's threshold from the counts of the bins with these edges: the centre of a bin. */
export function otsuThresholdOfBins(counts: Uint32Array, edges: Float64Array, isSingle: boolean): number {
  const round = isSingle ? Math.fround : (value: number): number => value;
  return bestSplit(counts, (bin) => round(round((edges[bin] as number) + (edges[bin + 1] as number)) / 2));
}

// As above for centres that are not whole numbers: the upper class is summed from the top down, as scikit-image does,
// because the sums round on the way. The first and the last bin are never empty.
function bestSplit(counts: Uint32Array, centreOf: (bin: number) => number): number {
  const bins = counts.length;
  const upper = new Float64Array(bins + 1);
  let total = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    upper[bin] = (upper[bin + 1] as number) + (counts[bin] as number) * centreOf(bin);
    total += counts[bin] as number;
  }
  let weight = 0;
  let lower = 0;
  let best = Number.NEGATIVE_INFINITY;
  let at = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    weight += counts[bin] as number;
    lower += (counts[bin] as number) * centreOf(bin);
    const rest = total - weight;
    const apart = lower / weight - (upper[bin + 1] as number) / rest;
    const variance = weight * rest * (apart * apart);
    if (variance > best) {
      best = variance;
      at = bin;
    }
  }
  return centreOf(at);
}
