import { computeTensor, dtypeOfTensor, markDType } from "@platewright/backend-tfjs";
import { castValues, createTypedArray, integerRange } from "@platewright/core";
import { normalizeLut, normalizeRange, type Pixels, percentilesFromHistogram } from "@platewright/kernels";
import type * as Tf from "@tensorflow/tfjs-core";
import {
  checkPercentiles,
  maskHasNoPercentiles,
  type PercentileParams,
  percentileNormalizeContract,
  stackPercentileNormalizeContract,
} from "../contracts/normalize.ts";
import { kernels } from "../kernels.ts";
import { countLevels, levelsOf, partsOf } from "./histogram.ts";
import { checkImage, sliceAt } from "./images.ts";
import { readPixels, writePixels } from "./on-host.ts";
import { tensors, tf } from "./tf.ts";

/**
 * Stretches each slice between two percentiles of its own, in the input's dtype: integers from 0 to the dtype's
 * greatest value, truncated, floats from 0 to 1. A slice whose two percentiles are equal becomes 0. Percentiles as
 * numpy.percentile's "linear" method. Of uint8 and uint16 only histograms leave the device; other dtypes pass through
 * the host.
 */
export const percentileNormalize = tensors(
  { ...percentileNormalizeContract, cost: 0.07 },
  (stack: Tf.Tensor, { low = 1, high = 99 }: PercentileParams = {}) => {
    checkPercentiles("percentileNormalize", low, high);
    return stretch(stack, low, high, "slice");
  },
);

/**
 * Stretches a whole stack between two percentiles of all its pixels, so that slices stay comparable. Otherwise as
 * `percentileNormalize`.
 */
export const stackPercentileNormalize = tensors(
  { ...stackPercentileNormalizeContract, cost: 0.07 },
  (stack: Tf.Tensor, { low = 1, high = 99 }: PercentileParams = {}) => {
    checkPercentiles("stackPercentileNormalize", low, high);
    return stretch(stack, low, high, "stack");
  },
);

async function stretch(
  image: Tf.Tensor,
  low: number,
  high: number,
  by: "slice" | "stack",
): Promise<Tf.Tensor> {
  checkImage(image);
  if (dtypeOfTensor(image) === "bool") throw maskHasNoPercentiles();
  const levels = levelsOf(image);
  const parts = by === "stack" || image.shape.length === 2 ? 1 : (image.shape[0] ?? 1);
  return levels === undefined
    ? stretchOnHost(image, parts, low, high)
    : stretchLevels(image, parts, levels, low, high);
}

async function stretchLevels(
  image: Tf.Tensor,
  parts: number,
  levels: number,
  low: number,
  high: number,
): Promise<Tf.Tensor> {
  const tables = (await countLevels(image, parts, levels)).map((counts) => {
    const [from = 0, to = 0] = percentilesFromHistogram(counts, image.size / parts, [low, high]);
    const table = levels === 256 ? new Uint8Array(levels) : new Uint16Array(levels);
    return Int32Array.from(normalizeLut(from, to, table));
  });
  return computeTensor(tf, image, () => {
    const rows = partsOf(image, parts);
    const mapped = tables.map((table, part) => tf.gather(tf.tensor1d(table, "int32"), sliceAt(rows, part)));
    return markDType(tf.reshape(tf.concat(mapped), image.shape), dtypeOfTensor(image));
  });
}

async function stretchOnHost(image: Tf.Tensor, parts: number, low: number, high: number): Promise<Tf.Tensor> {
  const dtype = dtypeOfTensor(image);
  const pixels = await readPixels(image);
  const result = createTypedArray(dtype, pixels.length) as Pixels;
  const size = pixels.length / parts;
  for (let at = 0; at < pixels.length; at += size) {
    const slice = pixels.subarray(at, at + size) as Pixels;
    const [from = 0, to = 0] = kernels().percentiles([slice], [low, high]);
    normalizeRange(slice, from, to, integerRange(dtype)?.max ?? 1, result.subarray(at, at + size) as Pixels);
  }
  if (dtype === "float16") castValues(result, result, dtype);
  return writePixels(image, result, dtype);
}
