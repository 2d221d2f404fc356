import {
  type Compute,
  defineGroupShader,
  type GpuArray,
  numberTypeOf,
  words,
} from "@platewright/backend-webgpu";
import { sizeOf } from "@platewright/core";
import { float64Text } from "../float64-text.ts";
import { floatOfKeyText, infiniteKey, integerOfKeyText, keyOfZero } from "../sort-key.ts";
import { selectKeys, stateWords } from "./select-keys.ts";

/**
 * Words of a group in what `findRanges` gives. Of integers: the low and the high percentile and the span between them, as
 * float64. Of floats: the same as float32, the other words unused. Then one of `rangeKind`.
 */
export const rangeWords = 7;

/**
 * What becomes of a group: it is stretched; all 0; all NaN, because a pixel or a percentile is; or, where the high
 * percentile is infinite, 0 but for NaN where a pixel is infinite too.
 */
export const rangeKind = { stretch: 0, zero: 1, nan: 2, open: 3 } as const;

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
  const places = await c.table(Uint32Array.of(...low.part, low.isUpper, ...high.part, high.isUpper));
  const isFloat = numberTypeOf(image.dtype) === "f32";
  const params = { groups, key_of_zero: keyOfZero(image.dtype) };
  const buffers = { state, places, ranges };
  c.run(isFloat ? floatRanges : integerRanges, buffers, params, [Math.ceil(groups / 64)]);
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

interface RangeText {
  readonly label: string;
  readonly before: string;
  readonly valueOfKey: string;
  /** How the distance between neighbours is rounded. */
  readonly step: string;
  readonly store: string;
  /** What is noted of percentile `k`, and how the `kind` follows from it. */
  readonly note: string;
  readonly judge: string;
}

// Loops instead of repeated calls: drivers copy a function into each place that calls it, and take long over float64.
const rangeShader = ({ label, before, valueOfKey, step, store, note, judge }: RangeText) =>
  defineGroupShader({
    label,
    buffers: { state: words("u32"), places: words("u32"), ranges: words("u32", "write") },
    params: { groups: "u32", key_of_zero: "u32" },
    code: `
${float64Text}
${before}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.groups) { return; }
  let own = id.x * ${stateWords}u;
  let to = id.x * ${rangeWords}u;
  var percentiles: array<vec2u, 2>;
  var ends: array<u32, 2>;
  for (var k = 0u; k < 2u; k++) {
    var neighbours: array<vec2u, 2>;
    for (var n = 0u; n < 2u; n++) {
      let key = state[own + 4u * k + 2u * n];
      neighbours[n] = ${valueOfKey};
    }
    let step = f64_subtract(neighbours[1], neighbours[0]);
    let way = f64_multiply(${step}, vec2u(places[3u * k], places[3u * k + 1u]));
    let is_upper = places[3u * k + 2u] == 1u;
    percentiles[k] = f64_add(
      select(neighbours[0], neighbours[1], is_upper),
      select(way, f64_negate(way), is_upper),
    );
    ${note}
  }
  let low = percentiles[0];
  let high = percentiles[1];
  let span = f64_subtract(high, low);
  ${store}
  var kind = select(${rangeKind.stretch}u, ${rangeKind.zero}u, f64_is_zero(span));
  ${judge}
  ranges[to + ${rangeWords - 1}u] = select(kind, ${rangeKind.nan}u, state[own + ${stateWords - 1}u] == 1u);
}`,
  });

const integerRanges = rangeShader({
  label: "percentiles of integers",
  before: integerOfKeyText,
  valueOfKey: "f64_of_integer_key(key, params.key_of_zero)",
  step: "step",
  store: `
  ranges[to] = low.x;
  ranges[to + 1u] = low.y;
  ranges[to + 2u] = high.x;
  ranges[to + 3u] = high.y;
  ranges[to + 4u] = span.x;
  ranges[to + 5u] = span.y;`,
  note: "",
  judge: "",
});

// What numpy's interpolation gives where a neighbour is infinite: an infinity, or NaN as their difference or 0 times one.
const endOf = { finite: 0, rising: 1, falling: 2, nan: 3 } as const;
const endText = `
const infinite = ${infiniteKey}u;
fn end_of(below: u32, above: u32, is_upper: bool, is_below: bool) -> u32 {
  let from_finite = below > ~infinite && below < infinite;
  let to_finite = above > ~infinite && above < infinite;
  if (from_finite && to_finite) { return ${endOf.finite}u; }
  if (from_finite && above == infinite && !is_upper && !is_below) { return ${endOf.rising}u; }
  if (to_finite && below == ~infinite && is_upper) { return ${endOf.falling}u; }
  return ${endOf.nan}u;
}`;

const floatRanges = rangeShader({
  label: "percentiles of floats",
  before: floatOfKeyText + endText,
  valueOfKey: "f64_of_float_key(key)",
  step: "f64_from_f32_bits(f64_to_f32_bits(step))",
  store: `
  ranges[to] = f64_to_f32_bits(low);
  ranges[to + 1u] = f64_to_f32_bits(high);
  ranges[to + 2u] = f64_to_f32_bits(span);`,
  note: `
    let is_below = (places[3u * k] | places[3u * k + 1u]) == 0u;
    ends[k] = end_of(state[own + 4u * k], state[own + 4u * k + 2u], is_upper, is_below);`,
  judge: `
  if (ends[0] != ${endOf.finite}u || ends[1] != ${endOf.finite}u) {
    kind = ${rangeKind.nan}u;
    if (ends[0] == ends[1] && ends[0] != ${endOf.nan}u) { kind = ${rangeKind.zero}u; }
    if (ends[0] == ${endOf.finite}u && ends[1] == ${endOf.rising}u) { kind = ${rangeKind.open}u; }
  }`,
});
