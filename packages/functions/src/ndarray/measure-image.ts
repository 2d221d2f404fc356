import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { otsuThreshold, type Pixels, percentilesFromHistogram } from "@platewright/kernels";
import { kernels } from "../kernels.ts";
import { otsuOf } from "./otsu.ts";
import { withDense, withScratch } from "./slices.ts";
import { sortKeys } from "./workspace.ts";

/** What is known of the grey values of one image. */
export interface ImageRow {
  readonly mean_intensity: number;
  /** Standard deviation of the population, as numpy.std. */
  readonly sd_intensity: number;
  readonly min_intensity: number;
  readonly median_intensity: number;
  readonly max_intensity: number;
  /** The sum of all pixels. */
  readonly integrated_intensity: number;
  /** Otsu's threshold; NaN where a pixel is NaN or infinite. */
  readonly otsu_threshold: number;
}

/**
 * Measures the grey values of an image, and hands the image itself on as it came: a row for each slice in
 * `measurements`. With a NaN among the pixels every value is NaN; with an infinity the mean is it or NaN, and the deviation NaN.
 */
export const measureImage = ndarray(
  {
    name: "measureImage",
    package: "@platewright/functions",
    unit: "slice",
    handsOn: true,
    workspace: sortKeys,
    specialOutputs: ["measurements"],
    materialize: { measurements: "csv" },
  },
  (slice: NdArray): readonly [slice: NdArray, outputs: { readonly measurements: ImageRow }] => [
    slice,
    { measurements: withDense(slice, ({ data }) => measure(data)) },
  ],
);

function measure(data: Pixels): ImageRow {
  if (data instanceof Uint8Array || data instanceof Uint16Array)
    return withScratch(data instanceof Uint8Array ? 256 : 65536, "uint32", (counts) =>
      measureLevels(kernels().histogram(data, counts), data.length),
    );
  let sum = 0;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < data.length; at++) {
    const value = data[at] as number;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / data.length;
  let squares = 0;
  for (let at = 0; at < data.length; at++) squares += ((data[at] as number) - mean) ** 2;
  const [median] = kernels().percentiles([data], [50]);
  const threshold = Number.isFinite(min) && Number.isFinite(max) ? otsuOf(data) : Number.NaN;
  return rowOf(data.length, sum, squares, [min, median, max], threshold);
}

function measureLevels(counts: Uint32Array, total: number): ImageRow {
  let sum = 0;
  for (let level = 0; level < counts.length; level++) sum += (counts[level] as number) * level;
  const mean = sum / total;
  let squares = 0;
  for (let level = 0; level < counts.length; level++)
    squares += (counts[level] as number) * (level - mean) ** 2;
  const range = percentilesFromHistogram(counts, total, [0, 50, 100]);
  return rowOf(total, sum, squares, range, otsuThreshold(counts));
}

function rowOf(
  total: number,
  sum: number,
  squares: number,
  [min = Number.NaN, median = Number.NaN, max = Number.NaN]: readonly (number | undefined)[],
  threshold: number,
): ImageRow {
  return {
    mean_intensity: sum / total,
    sd_intensity: Math.sqrt(squares / total),
    min_intensity: min,
    median_intensity: median,
    max_intensity: max,
    integrated_intensity: sum,
    otsu_threshold: threshold,
  };
}
