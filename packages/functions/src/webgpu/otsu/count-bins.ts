import {
  type Compute,
  defineGroupShader,
  type GpuArray,
  numberTypeOf,
  values,
  words,
} from "@platewright/backend-webgpu";
import type { DType } from "@platewright/core";
import { otsuBinCount } from "@platewright/kernels";
import { keyText } from "../sort-key.ts";
import { byDType } from "../stack.ts";

/** The bins of a slice: where they begin and the last ends, how many there are to 1, and where the first begins. */
export interface Bins {
  readonly edges: Float64Array;
  readonly scale: number;
  readonly least: number;
}

/**
 * Counts `size` successive 32-bit values from value `from` on in bins; the counts go to `counts` from `at` on, which is
 * cleared. Floats are binned in float32 by their distance from the first edge and then by the edges themselves, as on
 * the CPU. Integer bins are wide, so that the edges alone decide.
 */
export async function countBins(
  c: Compute,
  image: GpuArray,
  { from, size }: { readonly from: number; readonly size: number },
  bins: Bins,
  counts: GpuArray,
  at: number,
): Promise<void> {
  const { dtype } = image;
  const workgroups = Math.max(1, Math.min(Math.ceil(size / 16384), 1024));
  if (numberTypeOf(dtype) === "f32") {
    const edges = await c.table(Float32Array.from(bins.edges));
    const { scale, least } = bins;
    c.run(floatShader(dtype), { image, edges, counts }, { begin: from, size, scale, least, at }, [
      workgroups,
    ]);
    return;
  }
  const zero = numberTypeOf(dtype) === "i32" ? 2 ** 31 : 0;
  const starts = await c.table(Uint32Array.from(bins.edges, (edge) => Math.ceil(edge) + zero));
  c.run(integerShader(dtype), { image, starts, counts }, { begin: from, size, at }, [workgroups]);
}

// Neighbouring pixels are alike: they count in copies of their own.
const copies = 4;

const countText = (before: string, find: string): string => `
var<workgroup> bins: array<atomic<u32>, ${copies * otsuBinCount}>;
${before}
@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  for (var i = id.x; i < params.size; i += groups.x * 256u) {
    ${find}
    atomicAdd(&bins[bin * ${copies}u + lane % ${copies}u], 1u);
  }
  workgroupBarrier();
  var sum = 0u;
  for (var copy = 0u; copy < ${copies}u; copy++) { sum += atomicLoad(&bins[lane * ${copies}u + copy]); }
  if (sum != 0u) { atomicAdd(&counts[params.at + lane], sum); }
}`;

const floatShader = byDType((dtype) =>
  defineGroupShader({
    label: `count bins of ${dtype}`,
    buffers: { image: values(dtype), edges: words("f32"), counts: words("atomic<u32>", "write") },
    params: { begin: "u32", size: "u32", scale: "f32", least: "f32", at: "u32" },
    code: countText(
      "",
      `let v = load_image(params.begin + i);
    var bin = min(u32((v - params.least) * params.scale), ${otsuBinCount - 1}u);
    if (v < edges[bin]) { bin -= 1u; } else if (bin != ${otsuBinCount - 1}u && v >= edges[bin + 1u]) { bin += 1u; }`,
    ),
  }),
);

const integerShader = byDType((dtype: DType) =>
  defineGroupShader({
    label: `count bins of ${dtype}`,
    buffers: { image: values(dtype), starts: words("u32"), counts: words("atomic<u32>", "write") },
    params: { begin: "u32", size: "u32", at: "u32" },
    code: countText(
      keyText("image", dtype),
      `let key = key_image(params.begin + i);
    var bin = 0u;
    for (var half = ${otsuBinCount / 2}u; half > 0u; half /= 2u) { if (key >= starts[bin + half]) { bin += half; } }`,
    ),
  }),
);
