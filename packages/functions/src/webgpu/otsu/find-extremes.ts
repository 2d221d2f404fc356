import {
  compute,
  defineGroupShader,
  download,
  type GpuArray,
  values,
  words,
} from "@platewright/backend-webgpu";
import { hostPool, sizeOf } from "@platewright/core";
import { keyText } from "../sort-key.ts";
import { byDType } from "../stack.ts";

type Context = { readonly signal?: AbortSignal | undefined };

/** The least and the greatest sort key of each group of `size` successive values. Waits for the device to read them back. */
export async function findExtremes(
  image: GpuArray,
  size: number,
  context: Context | undefined,
): Promise<readonly { readonly least: number; readonly most: number }[]> {
  const groups = sizeOf(image.shape) / size;
  const workgroups = Math.max(1, Math.min(Math.ceil(size / 16384), Math.ceil(1024 / groups)));
  const found = await compute(
    image.gpu,
    async (c) => {
      const extremes = await c.allocate([2 * groups], "uint32");
      c.clear(extremes);
      c.run(extremeShader(image.dtype), { image, extremes }, { size }, [workgroups, groups]);
      return extremes;
    },
    context,
  );
  const keys = await readWords(found);
  return Array.from({ length: groups }, (_, group) => ({
    least: ~(keys[2 * group] ?? 0) >>> 0,
    most: keys[2 * group + 1] ?? 0,
  }));
}

/** The values of a small uint32 array, which is released. */
export async function readWords(array: GpuArray): Promise<Uint32Array> {
  try {
    const { data } = await download(array);
    const kept = Uint32Array.from(data);
    hostPool.release(data);
    return kept;
  } finally {
    array.gpu.release(array.buffer);
  }
}

// The least key is kept as the greatest complement, so that cleared memory is where both begin.
const extremeShader = byDType((dtype) =>
  defineGroupShader({
    label: `extremes of ${dtype}`,
    buffers: { image: values(dtype), extremes: words("atomic<u32>", "write") },
    params: { size: "u32" },
    code: `
${keyText("image", dtype)}
var<workgroup> complement: atomic<u32>;
var<workgroup> greatest: atomic<u32>;

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  var least = 0xffffffffu;
  var most = 0u;
  for (var i = group.x * 256u + lane; i < params.size; i += groups.x * 256u) {
    let key = key_image(group.y * params.size + i);
    least = min(least, key);
    most = max(most, key);
  }
  atomicMax(&complement, ~least);
  atomicMax(&greatest, most);
  workgroupBarrier();
  if (lane == 0u) {
    atomicMax(&extremes[2u * group.y], atomicLoad(&complement));
    atomicMax(&extremes[2u * group.y + 1u], atomicLoad(&greatest));
  }
}`,
  }),
);
