import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { type DType, integerRange } from "@platewright/core";
import { normalizeLut, normalizeRange, type Pixels, percentilesFromHistogram } from "@platewright/kernels";
import {
  checkPercentiles,
  maskHasNoPercentiles,
  type PercentileParams,
  percentileNormalizeContract,
  stackPercentileNormalizeContract,
} from "../contracts/normalize.ts";
import { kernels } from "../kernels.ts";
import { createImage, mapSlices, withDense, withScratch } from "./slices.ts";
import { sortKeys } from "./workspace.ts";

/**
 * Stretches each slice between two percentiles of its own, in the input's dtype: integers from 0 to the dtype's
 * greatest value, truncated, floats from 0 to 1. A slice whose two percentiles are equal becomes 0.
 * Percentiles as numpy.percentile's "linear" method.
 */
export const percentileNormalize = ndarray(
  { ...percentileNormalizeContract, cost: 1, workspace: sortKeys },
  (stack: NdArray, { low = 1, high = 99 }: PercentileParams = {}): NdArray => {
    checkPercentiles("percentileNormalize", low, high);
    return mapSlices(stack, "same", ({ data, dtype }, out) => stretch(data, dtype, low, high, out));
  },
);

/**
 * Stretches a whole stack between two percentiles of all its pixels, so that slices stay comparable. Otherwise as
 * `percentileNormalize`.
 */
export const stackPercentileNormalize = ndarray(
  { ...stackPercentileNormalizeContract, cost: 1, workspace: sortKeys },
  (stack: NdArray, { low = 1, high = 99 }: PercentileParams = {}): NdArray => {
    checkPercentiles("stackPercentileNormalize", low, high);
    return withDense(stack, ({ data, dtype }) =>
      createImage(stack.shape, dtype, (pixels) => stretch(data, dtype, low, high, pixels)),
    );
  },
);

function stretch(data: Pixels, dtype: DType, low: number, high: number, out: Pixels): void {
  if (dtype === "bool") throw maskHasNoPercentiles();
  if (data instanceof Uint8Array && out instanceof Uint8Array) {
    withScratch(256, "uint8", (lut) => stretchSmall(data, lut, low, high, out));
  } else if (data instanceof Uint16Array && out instanceof Uint16Array) {
    withScratch(65536, "uint16", (lut) => stretchSmall(data, lut, low, high, out));
  } else {
    const [from = 0, to = 0] = kernels().percentiles([data], [low, high]);
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
