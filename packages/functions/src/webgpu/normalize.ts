import { compute, type GpuArray, webgpu } from "@platewright/backend-webgpu";
import { sizeOf } from "@platewright/core";
import {
  checkPercentiles,
  maskHasNoPercentiles,
  type PercentileParams,
  percentileNormalizeContract,
  stackPercentileNormalizeContract,
} from "../contracts/normalize.ts";
import { findRanges } from "./normalize/find-ranges.ts";
import { stretch } from "./normalize/stretch.ts";
import { sidesOf } from "./stack.ts";

type Context = { readonly signal: AbortSignal };

/**
 * Stretches each slice between two percentiles of its own, in the input's dtype: integers from 0 to the dtype's
 * greatest value, truncated, floats from 0 to 1. A slice whose two percentiles are equal becomes 0.
 * Percentiles as numpy.percentile's "linear" method; nothing is read back.
 */
export const percentileNormalize = webgpu(
  { ...percentileNormalizeContract, cost: 0.01 },
  async (
    stack: GpuArray,
    { low = 1, high = 99 }: PercentileParams = {},
    context?: Context,
  ): Promise<GpuArray> => {
    checkPercentiles("percentileNormalize", low, high);
    return normalize(stack, sidesOf(stack).plane, [low, high], context);
  },
);

/**
 * Stretches a whole stack between two percentiles of all its pixels, so that slices stay comparable. Otherwise as
 * `percentileNormalize`.
 */
export const stackPercentileNormalize = webgpu(
  { ...stackPercentileNormalizeContract, cost: 0.01 },
  async (
    stack: GpuArray,
    { low = 1, high = 99 }: PercentileParams = {},
    context?: Context,
  ): Promise<GpuArray> => {
    checkPercentiles("stackPercentileNormalize", low, high);
    sidesOf(stack);
    return normalize(stack, sizeOf(stack.shape), [low, high], context);
  },
);

async function normalize(
  stack: GpuArray,
  size: number,
  percentiles: readonly [number, number],
  context: Context | undefined,
): Promise<GpuArray> {
  if (stack.dtype === "bool") throw maskHasNoPercentiles();
  return compute(
    stack.gpu,
    async (c) => {
      const result = await c.allocate(stack.shape, stack.dtype);
      const ranges = await findRanges(c, stack, size, percentiles);
      await stretch(c, stack, size, ranges, result);
      return result;
    },
    context,
  );
}
