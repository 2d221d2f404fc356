/**
 * Otsu's threshold of an integer image from its histogram (`counts[v]` pixels of value v): the value that
 * skimage.filters.threshold_otsu 0.19 returns, with one bin per grey level. Foreground is strictly above it.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979).
 * @throws RangeError for an empty histogram.
 */
export function otsuThreshold(counts: Uint32Array): number {
  return bestSplit(counts, (bin) => bin);
}

/**
 * Otsu's threshold of a float image over 256 equal bins between its minimum and maximum, as
 * skimage.filters.threshold_otsu 0.19; float32 pixels are binned in float32, as numpy does.
 * @throws RangeError for no pixels, or a pixel that is NaN or infinite.
 */
export function otsuThresholdOfFloat(data: Float32Array | Float64Array): number {
  const bins = 256;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (!Number.isFinite(v))
      throw new RangeError(`otsuThresholdOfFloat: pixel ${i} is ${v}. Replace it by a finite number first.`);
    if (v < least) least = v;
    if (v > most) most = v;
  }
  if (data.length > 0 && least === most) return least;

  const round = data instanceof Float32Array ? Math.fround : (value: number): number => value;
  const range = round(most - least);
  const edges = Array.from({ length: bins + 1 }, (_, i) => round(i * ((most - least) / bins) + least));
  edges[bins] = most;
  const scale = round(bins / range);
  const counts = new Uint32Array(bins);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    let bin = Math.min(Math.trunc(round(round(v - least) * scale)), bins - 1);
    if (v < (edges[bin] as number)) bin--;
    else if (bin !== bins - 1 && v >= (edges[bin + 1] as number)) bin++;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return bestSplit(counts, (bin) => round(round((edges[bin] as number) + (edges[bin + 1] as number)) / 2));
}

// Sums of whole numbers stay exact in float64; the between-class variance is rounded in scikit-image's own order.
function bestSplit(counts: Uint32Array, centreOf: (bin: number) => number): number {
  let first = -1;
  let last = -1;
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] as number;
    if (count === 0) continue;
    if (first < 0) first = bin;
    last = bin;
    total += count;
  }
  if (first < 0) throw new RangeError("otsuThreshold: the histogram is empty. Count at least one pixel.");
  if (first === last) return centreOf(first);

  // The upper class is summed from the top down, because scikit-image does and float centres round on the way.
  const bins = last - first + 1;
  const upper = new Float64Array(bins + 1);
  for (let i = bins - 1; i >= 0; i--)
    upper[i] = (upper[i + 1] as number) + (counts[first + i] as number) * centreOf(first + i);
  let weight = 0;
  let lower = 0;
  let best = Number.NEGATIVE_INFINITY;
  let at = first;
  for (let i = 0; i < bins - 1; i++) {
    const count = counts[first + i] as number;
    weight += count;
    lower += count * centreOf(first + i);
    const rest = total - weight;
    const apart = lower / weight - (upper[i + 1] as number) / rest;
    const variance = weight * rest * (apart * apart);
    if (variance > best) {
      best = variance;
      at = first + i;
    }
  }
  return centreOf(at);
}
