import {
  compute,
  defineValueShader,
  type GpuArray,
  numberTypeOf,
  type ValueShader,
  values,
  webgpu,
} from "@platewright/backend-webgpu";
import type { DType } from "@platewright/core";
import {
  maxProjectionContract,
  meanProjectionContract,
  minProjectionContract,
  type ProjectionParams,
  projectionContract,
  sumProjectionContract,
  unknownMethod,
} from "../contracts/project.ts";
import { forBoth, keepText } from "./keep-text.ts";
import { byDType, sidesOf } from "./stack.ts";
import { wideSumText } from "./wide-sum-text.ts";

type Context = { readonly signal: AbortSignal };

const cost = 0.002;

/** The greatest value along z at every pixel. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const maxProjection = webgpu(
  { ...maxProjectionContract, cost },
  (stack: GpuArray, _: {} = {}, context?: Context): Promise<GpuArray> => project(stack, extrema.max, context),
);

/** The least value along z at every pixel. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const minProjection = webgpu(
  { ...minProjectionContract, cost },
  (stack: GpuArray, _: {} = {}, context?: Context): Promise<GpuArray> => project(stack, extrema.min, context),
);

/** The mean along z at every pixel, integers rounded half to even. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const meanProjection = webgpu(
  { ...meanProjectionContract, cost },
  (stack: GpuArray, _: {} = {}, context?: Context): Promise<GpuArray> => project(stack, mean, context),
);

/**
 * The sum along z at every pixel, in float32, because sums leave the range of most inputs; integers are added exactly
 * and rounded once. [Z, Y, X] becomes [1, Y, X].
 */
export const sumProjection = webgpu(
  { ...sumProjectionContract, cost },
  (stack: GpuArray, _: {} = {}, context?: Context): Promise<GpuArray> => project(stack, sum, context),
);

/** The projection along z that `method` names: the same as `maxProjection`, `minProjection` or `meanProjection`. */
export const projection = webgpu(
  { ...projectionContract, cost },
  async (
    stack: GpuArray,
    { method = "max" }: ProjectionParams = {},
    context?: Context,
  ): Promise<GpuArray> => {
    if (method === "max") return project(stack, extrema.max, context);
    if (method === "min") return project(stack, extrema.min, context);
    if (method === "mean") return project(stack, mean, context);
    throw unknownMethod(method);
  },
);

const params = { depth: "u32", plane: "u32" } as const;

type ProjectionShader = ValueShader<
  { readonly stack: { readonly kind: "values"; readonly dtype: DType } },
  typeof params
>;

const extrema = forBoth((kind) =>
  byDType(
    (dtype): ProjectionShader =>
      defineValueShader({
        label: `${kind} projection of ${dtype}`,
        buffers: { stack: values(dtype) },
        params,
        output: dtype,
        code: `
${keepText(kind, numberTypeOf(dtype))}
fn value(i: u32) -> Value {
  var best = load_stack(i);
  for (var z = 1u; z < params.depth; z++) { best = keep(best, load_stack(i + z * params.plane)); }
  return best;
}`,
      }),
  ),
);

const floatSumText = `
fn sum_at(i: u32) -> f32 {
  var sum = 0.0;
  for (var z = 0u; z < params.depth; z++) { sum += load_stack(i + z * params.plane); }
  return sum;
}
fn mean_of(sum: f32, n: u32) -> f32 { return sum / f32(n); }
fn float_of(sum: f32) -> f32 { return sum; }`;

const sumsText = (dtype: DType) => (numberTypeOf(dtype) === "f32" ? floatSumText : wideSumText(dtype));

const mean = byDType(
  (dtype): ProjectionShader =>
    defineValueShader({
      label: `mean projection of ${dtype}`,
      buffers: { stack: values(dtype) },
      params,
      output: dtype,
      code: `${sumsText(dtype)}
fn value(i: u32) -> Value { return mean_of(sum_at(i), params.depth); }`,
    }),
);

const sum = byDType(
  (dtype): ProjectionShader =>
    defineValueShader({
      label: `sum projection of ${dtype}`,
      buffers: { stack: values(dtype) },
      params,
      output: "float32",
      code: `${sumsText(dtype)}
fn value(i: u32) -> Value { return float_of(sum_at(i)); }`,
    }),
);

async function project(
  stack: GpuArray,
  shaderOf: (dtype: DType) => ProjectionShader,
  context: Context | undefined,
): Promise<GpuArray> {
  const { depth, height, width, plane } = sidesOf(stack);
  const shader = shaderOf(stack.dtype);
  return compute(
    stack.gpu,
    async (c) => {
      const result = await c.allocate([1, height, width], shader.output);
      c.map(shader, { stack }, { depth, plane }, result);
      return result;
    },
    context,
  );
}
