import { type Compute, defineGroupShader, type GpuArray, words } from "@platewright/backend-webgpu";
import { float64Text } from "../float64-text.ts";

/** The levels of some groups, counted. */
export interface LevelCounts {
  /** [groups, levels] */
  readonly counts: GpuArray;
  readonly groups: number;
  readonly levels: number;
  /** The sort key of level 0. */
  readonly least: number;
  /** Whether levels are weighed from the least that occurs on, rather than from level 0: it decides how sums round. */
  readonly isRelative: boolean;
}

/**
 * Writes the sort key of Otsu's threshold of each group into `thresholds`, from `at` on. In float64, operation by
 * operation as on the CPU, so that close calls fall alike.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979), as in scikit-image.
 */
export function splitLevels(c: Compute, counted: LevelCounts, thresholds: GpuArray, at: number): void {
  const { counts, groups, levels, least, isRelative } = counted;
  c.run(splitShader, { counts, thresholds }, { levels, least, is_relative: isRelative ? 1 : 0, at }, [
    groups,
  ]);
}

const lanes = 256;

const splitShader = defineGroupShader({
  label: "Otsu's threshold",
  buffers: { counts: words("u32"), thresholds: words("u32", "write") },
  params: { levels: "u32", least: "u32", is_relative: "u32", at: "u32" },
  code: `
${float64Text}
var<workgroup> first_found: atomic<u32>; // of complements
var<workgroup> last_found: atomic<u32>;
var<workgroup> weights: array<u32, ${lanes}>;
var<workgroup> sums: array<vec2u, ${lanes}>;
var<workgroup> variances: array<vec2u, ${lanes}>;
var<workgroup> places: array<u32, ${lanes}>;

@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let own = group.x * params.levels;
  for (var level = lane; level < params.levels; level += ${lanes}u) {
    if (counts[own + level] != 0u) {
      atomicMax(&first_found, ~level);
      atomicMax(&last_found, level);
    }
  }
  workgroupBarrier();
  let first = ~atomicLoad(&first_found);
  let last = atomicLoad(&last_found);
  let origin = select(0u, first, params.is_relative == 1u);

  // Each lane takes a stretch of the levels that occur.
  let stretch = (last - first) / ${lanes}u + 1u;
  let start = first + lane * stretch;
  let to = min(start + stretch, last + 1u);
  var weight = 0u;
  var sum = vec2u(0u);
  for (var level = start; level < to; level++) {
    let count = counts[own + level];
    weight += count;
    sum = f64_sum64(sum, f64_product32(count, level - origin));
  }
  weights[lane] = weight;
  sums[lane] = sum;
  workgroupBarrier();
  var total = 0u;
  var whole = vec2u(0u);
  weight = 0u;
  sum = vec2u(0u);
  for (var other = 0u; other < ${lanes}u; other++) {
    if (other == lane) {
      weight = total;
      sum = whole;
    }
    total += weights[other];
    whole = f64_sum64(whole, sums[other]);
  }

  var best = vec2u(0u);
  var place = 0xffffffffu;
  for (var level = start; level < min(to, last); level++) {
    let count = counts[own + level];
    if (count == 0u) { continue; }
    weight += count;
    sum = f64_sum64(sum, f64_product32(count, level - origin));
    let below = f64_from_u32(weight);
    let above = f64_from_u32(total - weight);
    let apart = f64_subtract(
      f64_divide(f64_from_u64(sum), below),
      f64_divide(f64_from_u64(f64_difference64(whole, sum)), above),
    );
    let variance = f64_multiply(f64_multiply(below, above), f64_multiply(apart, apart));
    if (place == 0xffffffffu || f64_less64(best, variance)) {
      best = variance;
      place = level;
    }
  }
  variances[lane] = best;
  places[lane] = place;
  workgroupBarrier();
  if (lane == 0u) {
    // Of equals, the lowest level wins; a single level is its own threshold.
    for (var other = 1u; other < ${lanes}u; other++) {
      if (places[other] != 0xffffffffu && (place == 0xffffffffu || f64_less64(best, variances[other]))) {
        best = variances[other];
        place = places[other];
      }
    }
    thresholds[params.at + group.x] = params.least + select(place, last, place == 0xffffffffu);
  }
}`,
});
