import {
  compute,
  defineValueShader,
  type GpuArray,
  values,
  webgpu,
  words,
} from "@platewright/backend-webgpu";
import { type CompositeParams, compositeContract, sharesOf } from "../contracts/composite.ts";
import { byDType, sidesOf } from "./stack.ts";

/**
 * Blends the slices of a stack, usually the channels of one site, into one: their weighted mean, computed in float32,
 * in the input's dtype, integers truncated. [N, Y, X] becomes [1, Y, X]. Throws "parameter" where the weights do not
 * fit the slices.
 */
export const composite = webgpu(
  { ...compositeContract, cost: 0.003 },
  async (
    stack: GpuArray,
    { weights }: CompositeParams = {},
    context?: { readonly signal: AbortSignal },
  ): Promise<GpuArray> => {
    const { depth, height, width, plane } = sidesOf(stack);
    const shares = Float32Array.from(sharesOf(weights, depth));
    return compute(
      stack.gpu,
      async (c) => {
        const result = await c.allocate([1, height, width], stack.dtype);
        const table = await c.table(shares);
        c.map(blend(stack.dtype), { stack, weights: table }, { depth, plane }, result);
        return result;
      },
      context,
    );
  },
);

const blend = byDType((dtype) =>
  defineValueShader({
    label: `composite of ${dtype}`,
    buffers: { stack: values(dtype), weights: words("f32") },
    params: { depth: "u32", plane: "u32" },
    output: dtype,
    code: `
fn value(i: u32) -> Value {
  var sum = 0.0;
  for (var z = 0u; z < params.depth; z++) {
    sum += unfused(float_stack(i + z * params.plane) * weights[z]);
  }
  return truncated(sum);
}`,
  }),
);
