import {
  type Compute,
  compute,
  defineValueShader,
  type GpuArray,
  values,
  webgpu,
  words,
} from "@platewright/backend-webgpu";
import { gaussianWeights } from "@platewright/kernels";
import { type GaussianParams, gaussianContract } from "../contracts/gaussian.ts";
import { reflectText } from "./border-text.ts";
import { byDType, sidesOf, slabsOf, slicesFrom } from "./stack.ts";
import { scratchArrays } from "./workspace.ts";

/** Radius of the gaussian, in σ. */
const truncate = 4;

/**
 * Smooths each slice with a gaussian of radius 4 σ, the border reflected, as scipy.ndimage.gaussian_filter, in float32
 * and given in the input's dtype: integers are rounded half to even.
 */
export const gaussian = webgpu(
  {
    ...gaussianContract,
    cost: ({ sigma }) => 0.01 + 0.008 * sigma,
    workspace: scratchArrays(1, () => 4),
  },
  (stack: GpuArray, { sigma = 1 }: GaussianParams = {}, context?: { readonly signal: AbortSignal }) =>
    compute(stack.gpu, (c) => smooth(c, stack, gaussianWeights(sigma, truncate)), context),
);

const columns = byDType((dtype) =>
  defineValueShader({
    label: `gaussian along y of ${dtype}`,
    buffers: { image: values(dtype), weights: words("f32") },
    params: { height: "u32", width: "u32", radius: "i32" },
    output: "float32",
    code: `${reflectText}
fn value(i: u32) -> Value {
  let y = (i / params.width) % params.height;
  let top = i - y * params.width;
  var sum = unfused(float_image(i) * weights[0]);
  for (var j = 1; j <= params.radius; j++) {
    let above = reflect_in(i32(y) - j, params.height);
    let below = reflect_in(i32(y) + j, params.height);
    let pair = float_image(top + above * params.width) + float_image(top + below * params.width);
    sum += unfused(pair * weights[j]);
  }
  return sum;
}`,
  }),
);

const rows = byDType((dtype) =>
  defineValueShader({
    label: `gaussian along x to ${dtype}`,
    buffers: { image: values("float32"), weights: words("f32") },
    params: { origin: "u32", width: "u32", radius: "i32" },
    output: dtype,
    code: `${reflectText}
fn value(i: u32) -> Value {
  let at = i - params.origin;
  let x = at % params.width;
  let start = at - x;
  var sum = unfused(load_image(at) * weights[0]);
  for (var j = 1; j <= params.radius; j++) {
    let before = reflect_in(i32(x) - j, params.width);
    let after = reflect_in(i32(x) + j, params.width);
    sum += unfused((load_image(start + before) + load_image(start + after)) * weights[j]);
  }
  return rounded(sum);
}`,
  }),
);

async function smooth(c: Compute, stack: GpuArray, weightValues: Float32Array): Promise<GpuArray> {
  const { dtype, shape } = stack;
  const sides = sidesOf(stack);
  const { height, width, plane } = sides;
  const radius = weightValues.length - 1;
  const result = await c.allocate(shape, dtype);
  const weights = await c.table(weightValues);
  const slabs = slabsOf(sides, dtype, 4 * plane);
  const between = await c.scratch([slabs[0]?.count ?? 1, height, width], "float32");
  for (const { from, count } of slabs) {
    const range = { from: from * plane, to: (from + count) * plane };
    const image = slicesFrom(stack, from, count);
    c.map(columns(dtype), { image, weights }, { height, width, radius }, between, {
      from: 0,
      to: count * plane,
    });
    c.map(rows(dtype), { image: between, weights }, { origin: range.from, width, radius }, result, range);
  }
  return result;
}
