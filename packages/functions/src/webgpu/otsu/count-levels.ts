import { type Compute, defineGroupShader, type GpuArray, values, words } from "@platewright/backend-webgpu";
import { bytesPerElement, sizeOf } from "@platewright/core";
import { keyText } from "../sort-key.ts";
import { byDType } from "../stack.ts";

/**
 * Counts the sort keys `least` … `least + levels - 1` in each group of `size` successive values: [groups, levels].
 * Neighbouring grey levels are counted near the device's cores first, wherever they lie; only outliers go to memory.
 */
export async function countLevels(
  c: Compute,
  image: GpuArray,
  size: number,
  levels: number,
  least = 0,
): Promise<GpuArray> {
  const groups = sizeOf(image.shape) / size;
  const counts = await c.scratch([groups * levels], "uint32");
  c.clear(counts);
  const workgroups = Math.max(1, Math.min(Math.ceil(size / 16384), Math.ceil(1024 / groups)));
  c.run(countShader(image.dtype), { image, counts }, { size, levels, least }, [workgroups, groups]);
  return counts;
}

/** Bins that a workgroup holds itself. */
const held = 1024;

const countShader = byDType((dtype) => {
  // All grey levels of 8 bits fit many times over, so that neighbouring invocations count in bins of their own.
  const copies = bytesPerElement(dtype) === 1 ? held / 256 : 1;
  return defineGroupShader({
    label: `count levels of ${dtype}`,
    buffers: { image: values(dtype), counts: words("atomic<u32>", "write") },
    params: { size: "u32", levels: "u32", least: "u32" },
    code: `
${keyText("image", dtype)}
var<workgroup> bins: array<atomic<u32>, ${held}>;
var<workgroup> darkest: atomic<u32>;

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let own = group.y * params.size;
  let first = group.x * 256u + lane;
  // The held bins begin a little below what the workgroup sees first.
  if (first < params.size) { atomicMax(&darkest, ~(key_image(own + first) - params.least)); }
  workgroupBarrier();
  let seen = ~atomicLoad(&darkest);
  let start = ${copies > 1 ? "0u" : `select(0u, seen - ${held / 8}u, seen > ${held / 8}u)`};
  for (var i = first; i < params.size; i += groups.x * 256u) {
    let level = key_image(own + i) - params.least;
    if (level - start < ${held / copies}u) {
      atomicAdd(&bins[(level - start) * ${copies}u + lane % ${copies}u], 1u);
    } else { atomicAdd(&counts[group.y * params.levels + level], 1u); }
  }
  workgroupBarrier();
  for (var bin = lane; bin < ${held / copies}u; bin += 256u) {
    var sum = 0u;
    for (var copy = 0u; copy < ${copies}u; copy++) { sum += atomicLoad(&bins[bin * ${copies}u + copy]); }
    if (sum != 0u) { atomicAdd(&counts[group.y * params.levels + start + bin], sum); }
  }
}`,
  });
});
