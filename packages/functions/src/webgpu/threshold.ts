import { compute, defineValueShader, type GpuArray, values, webgpu } from "@platewright/backend-webgpu";
import { type ThresholdParams, thresholdContract } from "../contracts/threshold.ts";
import { keysAbove, keyText } from "./sort-key.ts";
import { byDType, sidesOf } from "./stack.ts";

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = webgpu(
  { ...thresholdContract, cost: 0.002 },
  async (
    stack: GpuArray,
    { value }: ThresholdParams,
    context?: { readonly signal: AbortSignal },
  ): Promise<GpuArray> => {
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
