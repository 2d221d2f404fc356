import {
  compute,
  defineValueShader,
  type GpuArray,
  values,
  webgpu,
  words,
} from "@platewright/backend-webgpu";
import { bytesPerElement } from "@platewright/core";
import { otsuThresholdContract, type ThresholdParams, thresholdContract } from "../contracts/threshold.ts";
import { findBinThresholds, findLevelThresholds } from "./otsu/find-thresholds.ts";
import { keysAbove, keyText } from "./sort-key.ts";
import { byDType, sidesOf } from "./stack.ts";

type Context = { readonly signal: AbortSignal };

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = webgpu(
  { ...thresholdContract, cost: 0.002 },
  async (stack: GpuArray, { value }: ThresholdParams, context?: Context): Promise<GpuArray> => {
    sidesOf(stack);
    const { least, most } = keysAbove(stack.dtype, value);
    return compute(
      stack.gpu,
      async (c) => {
        const result = await c.allocate(stack.shape, "bool");
        c.map(mark(stack.dtype), { stack }, { least, most }, result);
        return result;
      },
      context,
    );
  },
);

/**
 * A bool mask of the pixels strictly above Otsu's threshold, found for each slice by itself, exactly as
 * skimage.filters.threshold_otsu. A constant slice has no foreground. Otsu always splits what is there: of a slice with
 * nothing but noise about half becomes foreground. Slices of 32 bits wait for the device, which first tells their range.
 * Throws "array" where a pixel is NaN or infinite.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979).
 */
export const otsuThreshold = webgpu(
  { ...otsuThresholdContract, cost: 0.01 },
  async (stack: GpuArray, _: {} = {}, context?: Context): Promise<GpuArray> => {
    const sides = sidesOf(stack);
    const { dtype, gpu, shape } = stack;
    const known = bytesPerElement(dtype) === 4 ? await findBinThresholds(stack, sides, context) : undefined;
    return compute(
      gpu,
      async (c) => {
        const thresholds = known ? await c.table(known) : await findLevelThresholds(c, stack, sides);
        const result = await c.allocate(shape, "bool");
        c.map(markSlices(dtype), { stack, thresholds }, { plane: sides.plane }, result);
        return result;
      },
      context,
    );
  },
);

// Comparing keys compares values, exactly and for every dtype.
const mark = byDType((dtype) =>
  defineValueShader({
    label: `threshold of ${dtype}`,
    buffers: { stack: values(dtype) },
    params: { least: "u32", most: "u32" },
    output: "bool",
    code: `
${keyText("stack", dtype)}
fn value(i: u32) -> Value {
  let key = key_stack(i);
  return select(0u, 1u, key >= params.least && key <= params.most);
}`,
  }),
);

const markSlices = byDType((dtype) =>
  defineValueShader({
    label: `thresholds of slices of ${dtype}`,
    buffers: { stack: values(dtype), thresholds: words("u32") },
    params: { plane: "u32" },
    output: "bool",
    code: `
${keyText("stack", dtype)}
fn value(i: u32) -> Value { return select(0u, 1u, key_stack(i) > thresholds[i / params.plane]); }`,
  }),
);
