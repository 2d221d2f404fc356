import { type Compute, defineGroupShader, type GpuArray, words } from "@platewright/backend-webgpu";
import { sizeOf } from "@platewright/core";
import { float64Text } from "../float64-text.ts";
import { valueOfKeyText } from "../sort-key.ts";
import { byDType } from "../stack.ts";
import { selectKeys, stateWords } from "./select-keys.ts";

/**
 * Words of a group in what `findRanges` gives. Of integers: the low and the high percentile and the span between them, as
 * float64. Of floats: the same as float32, the other words unused. Then one of `rangeKind`.
 */
export const rangeWords = 7;

/** What becomes of a group: it is stretched, all 0, or all NaN because a pixel is. */
export const rangeKind = { stretch: 0, zero: 1, nan: 2 } as const;

/** The percentiles (0–100) of each group of `size` successive values, bit for bit those of numpy.percentile's "linear" method. */
export async function findRanges(
  c: Compute,
  image: GpuArray,
  size: number,
  percentiles: readonly [low: number, high: number],
): Promise<GpuArray> {
  const groups = sizeOf(image.shape) / size;
  const [low, high] = [placeOf(percentiles[0], size), placeOf(percentiles[1], size)];
  const state = await selectKeys(c, image, size, [low.below, low.above, high.below, high.above]);
  const ranges = await c.scratch([groups * rangeWords], "uint32");
  const params = {
    groups,
    low_part: low.part[0],
    low_part_high: low.part[1],
    low_is_upper: low.isUpper,
    high_part: high.part[0],
    high_part_high: high.part[1],
    high_is_upper: high.isUpper,
  };
  c.run(rangeShader(image.dtype), { state, ranges }, params, [Math.ceil(groups / 64)]);
  return ranges;
}

interface Place {
  readonly below: number;
  readonly above: number;
  /** 1 where `part` is counted down from the upper neighbour, which numpy does past the middle. */
  readonly isUpper: 0 | 1;
  /** How far from that neighbour, in shares of the distance between both: the two words of a float64. */
  readonly part: readonly [number, number];
}

function placeOf(percentile: number, total: number): Place {
  const rank = (percentile / 100) * (total - 1);
  const below = Math.floor(rank);
  const fraction = rank - below;
  const [low = 0, high = 0] = new Uint32Array(
    Float64Array.of(fraction >= 0.5 ? 1 - fraction : fraction).buffer,
  );
  return {
    below,
    above: Math.min(below + 1, total - 1),
    isUpper: fraction >= 0.5 ? 1 : 0,
    part: [low, high],
  };
}

const rangeShader = byDType((dtype) => {
  const isFloat = dtype === "float32";
  return defineGroupShader({
    label: `percentiles of ${dtype}`,
    buffers: { state: words("u32"), ranges: words("u32", "write") },
    params: {
      groups: "u32",
      low_part: "u32",
      low_part_high: "u32",
      low_is_upper: "u32",
      high_part: "u32",
      high_part_high: "u32",
      high_is_upper: "u32",
    },
    code: `
${float64Text}
${valueOfKeyText(dtype)}

fn percentile_at(own: u32, part: vec2u, is_upper: bool) -> vec2u {
  let a = f64_of_key(state[own]);
  let b = f64_of_key(state[own + 2u]);
  ${isFloat ? "let step = f64_from_f32_bits(f64_to_f32_bits(f64_subtract(b, a)));" : "let step = f64_subtract(b, a);"}
  let way = f64_multiply(step, part);
  if (is_upper) { return f64_subtract(b, way); }
  return f64_add(a, way);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.groups) { return; }
  let own = id.x * ${stateWords}u;
  let low = percentile_at(own, vec2u(params.low_part, params.low_part_high), params.low_is_upper == 1u);
  let high = percentile_at(own + 4u, vec2u(params.high_part, params.high_part_high), params.high_is_upper == 1u);
  let span = f64_subtract(high, low);
  let to = id.x * ${rangeWords}u;
  ${
    isFloat
      ? `ranges[to] = f64_to_f32_bits(low);
  ranges[to + 1u] = f64_to_f32_bits(high);
  ranges[to + 2u] = f64_to_f32_bits(span);`
      : `ranges[to] = low.x;
  ranges[to + 1u] = low.y;
  ranges[to + 2u] = high.x;
  ranges[to + 3u] = high.y;
  ranges[to + 4u] = span.x;
  ranges[to + 5u] = span.y;`
  }
  let is_level = select(${rangeKind.stretch}u, ${rangeKind.zero}u, f64_is_zero(span));
  ranges[to + ${rangeWords - 1}u] = select(is_level, ${rangeKind.nan}u, state[own + ${stateWords - 1}u] == 1u);
}`,
  });
});
