import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { type DType, integerRange, PlatewrightError } from "@platewright/core";
import {
  normalizeLut,
  normalizeRange,
  type Pixels,
  percentilesFromHistogram,
  percentilesOf,
} from "@platewright/kernels";
import { kernels } from "./kernels.ts";
import { allocatePixels, mapSlices, withDense, withScratch } from "./slices.ts";

/** Which percentiles become black and white. */
export interface PercentileParams {
  /** Percentile (0–100) that becomes 0. Default 1. */
  readonly low?: number;
  /** Percentile (0–100) that becomes the greatest value. Default 99. */
  readonly high?: number;
}

const params = {
  low: {
    type: "number",
    default: 1,
    minimum: 0,
    maximum: 100,
    description: "Percentile that becomes 0; what is darker becomes 0 too.",
  },
  high: {
    type: "number",
    default: 99,
    minimum: 0,
    maximum: 100,
    description: "Percentile that becomes the greatest value; what is brighter becomes it too.",
  },
} as const;

/**
 * Stretches each slice between two percentiles of its own, in the input's dtype: integers from 0 to the dtype's
 * greatest value, truncated, floats from 0 to 1. A slice whose two percentiles are equal becomes 0.
 * Percentiles as numpy.percentile's "linear" method.
 */
export const percentileNormalize = ndarray(
  { name: "percentileNormalize", package: "@platewright/functions", params },
  (stack: NdArray, { low = 1, high = 99 }: PercentileParams = {}): NdArray => {
    checkOrder("percentileNormalize", low, high);
    return mapSlices(stack, "same", ({ data, dtype }, out) => stretch(data, dtype, low, high, out));
  },
);

/**
 * Stretches a whole stack between two percentiles of all its pixels, so that slices stay comparable. Otherwise as
 * `percentileNormalize`.
 */
export const stackPercentileNormalize = ndarray(
  { name: "stackPercentileNormalize", package: "@platewright/functions", params },
  (stack: NdArray, { low = 1, high = 99 }: PercentileParams = {}): NdArray => {
    checkOrder("stackPercentileNormalize", low, high);
    return withDense(stack, ({ data, dtype }) => {
      const result = allocatePixels(stack.shape, dtype);
      stretch(data, dtype, low, high, result.pixels);
      return result.array;
    });
  },
);

function stretch(data: Pixels, dtype: DType, low: number, high: number, out: Pixels): void {
  if (dtype === "bool") {
    throw new PlatewrightError(
      "dtype",
      "A bool mask has no percentiles. Normalise the image it was made from.",
    );
  }
  if (data instanceof Uint8Array && out instanceof Uint8Array) {
    withScratch(256, "uint8", (lut) => stretchSmall(data, lut, low, high, out));
  } else if (data instanceof Uint16Array && out instanceof Uint16Array) {
    withScratch(65536, "uint16", (lut) => stretchSmall(data, lut, low, high, out));
  } else {
    const [from = 0, to = 0] = percentilesOf([data], [low, high]);
    normalizeRange(data, from, to, integerRange(dtype)?.max ?? 1, out);
  }
}

function stretchSmall<T extends Uint8Array | Uint16Array>(
  data: T,
  lut: T,
  low: number,
  high: number,
  out: T,
): void {
  withScratch(lut.length, "uint32", (counts) => {
    kernels().histogram(data, counts);
    const [from = 0, to = 0] = percentilesFromHistogram(counts, data.length, [low, high]);
    kernels().applyLut(data, normalizeLut(from, to, lut), out);
  });
}

function checkOrder(name: string, low: number, high: number): void {
  if (low < high) return;
  throw new PlatewrightError(
    "parameter",
    `${name}: low is ${low} and high is ${high}. Choose a low percentile below the high one, such as 1 and 99.`,
    { low, high },
  );
}
