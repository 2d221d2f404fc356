import type { Kernels } from "./kernels.ts";
import type { CountKeys } from "./plain/count-keys.ts";
import { selectRanks } from "./select-ranks.ts";

/**
 * Percentiles (0–100) of `total` pixels from their histogram, exactly numpy.percentile's default "linear" method.
 * One cumulative pass, however many percentiles.
 * @throws RangeError for a percentile outside 0–100 or an empty histogram.
 */
export function percentilesFromHistogram(
  counts: Uint32Array,
  total: number,
  percentiles: readonly number[],
): number[] {
  const places = percentiles.map((percentile) => placeOf(percentile, total));
  const ranks = [...new Set(places.flatMap(({ below, above }) => [below, above]))].sort((a, b) => a - b);
  const valueAt = new Map<number, number>();
  let seen = 0;
  let level = -1;
  for (const rank of ranks) {
    while (seen <= rank && level < counts.length - 1) {
      level++;
      seen += counts[level] as number;
    }
    valueAt.set(rank, level);
  }
  return places.map((place) => interpolate(place, valueAt, false));
}

/** `Kernels.percentiles` on top of one implementation's passes over the pixels. */
export function createPercentiles(count: CountKeys): Kernels["percentiles"] {
  return (slices, percentiles) => {
    const total = slices.reduce((sum, data) => sum + data.length, 0);
    const places = percentiles.map((percentile) => placeOf(percentile, total));
    const ranks = [...new Set(places.flatMap(({ below, above }) => [below, above]))].sort((a, b) => a - b);
    const values = selectRanks(count, slices, ranks);
    const valueAt = new Map(ranks.map((rank, i) => [rank, values[i] ?? Number.NaN]));
    return places.map((place) => interpolate(place, valueAt, slices[0] instanceof Float32Array));
  };
}

interface Place {
  readonly below: number;
  readonly above: number;
  readonly fraction: number;
}

function placeOf(percentile: number, total: number): Place {
  if (!(percentile >= 0 && percentile <= 100))
    throw new RangeError(`percentile ${percentile} is outside 0–100. Pass a percentage.`);
  if (total < 1) throw new RangeError("percentiles of no pixels are undefined. Pass at least one pixel.");
  const rank = (percentile / 100) * (total - 1);
  const below = Math.floor(rank);
  return { below, above: Math.min(below + 1, total - 1), fraction: rank - below };
}

// numpy's _lerp: it counts back from the upper neighbour past the middle, which differs in the last bit.
function interpolate(place: Place, valueAt: ReadonlyMap<number, number>, single: boolean): number {
  const a = valueAt.get(place.below) ?? Number.NaN;
  const b = valueAt.get(place.above) ?? Number.NaN;
  const step = single ? Math.fround(b - a) : b - a;
  return place.fraction >= 0.5 ? b - step * (1 - place.fraction) : a + step * place.fraction;
}
