import {
  type Compute,
  defineGroupShader,
  type GpuArray,
  numberTypeOf,
  values,
  words,
} from "@platewright/backend-webgpu";
import { bytesPerElement, sizeOf } from "@platewright/core";
import { infiniteKey, keyText } from "../sort-key.ts";
import { byDType } from "../stack.ts";

// How many ranks are selected at once.
const rankCount = 4;

/** Words of a group in what `selectKeys` gives: (key, what is left of the rank) for each rank, and whether NaN was seen. */
export const stateWords = 2 * rankCount + 1;

/**
 * The sort keys at `rankCount` ranks (0 = least) in each group of `size` successive values, exactly, without sorting:
 * digit by digit, from the highest 8 bits down, the values are counted that agree with a key so far. The input is read
 * once for each byte of a key.
 */
export async function selectKeys(
  c: Compute,
  image: GpuArray,
  size: number,
  ranks: readonly number[],
): Promise<GpuArray> {
  const groups = sizeOf(image.shape) / size;
  const own = [...ranks.flatMap((rank) => [0, rank]), 0];
  const state = await c.table(
    Uint32Array.from({ length: groups * stateWords }, (_, i) => own[i % stateWords] ?? 0),
  );
  const counts = await c.scratch([groups * countWords], "uint32");
  c.clear(counts);
  // Enough workgroups to fill a device, few enough that adding up their counts does not matter.
  const workgroups = Math.max(1, Math.min(Math.ceil(size / 4096), Math.ceil(1024 / groups)));
  const top = 8 * bytesPerElement(image.dtype) - 8;
  for (let shift = top; shift >= 0; shift -= 8) {
    // At first all ranks agree, and the bins of the others serve neighbours, which are alike, to count apart.
    const copies = shift === top ? rankCount : 1;
    c.run(countDigits(image.dtype), { image, state, counts }, { size, shift, copies }, [workgroups, groups]);
    c.run(pickDigits, { state, counts }, {}, [groups]);
  }
  return state;
}

const countWords = 256 * rankCount + 1;

const countDigits = byDType((dtype) =>
  defineGroupShader({
    label: `count digits of ${dtype}`,
    buffers: { image: values(dtype), state: words("u32"), counts: words("atomic<u32>", "write") },
    params: { size: "u32", shift: "u32", copies: "u32" },
    code: `
${keyText("image", dtype)}
var<workgroup> bins: array<atomic<u32>, ${256 * rankCount}>;

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let own = group.y * ${stateWords}u;
  let keys = vec4u(state[own], state[own + 2u], state[own + 4u], state[own + 6u]);
  var saw_nan = false;
  for (var i = group.x * 256u + lane; i < params.size; i += groups.x * 256u) {
    let key = key_image(group.y * params.size + i);
    ${numberTypeOf(dtype) === "f32" ? `saw_nan = saw_nan || key > ${infiniteKey}u || key < ${~infiniteKey >>> 0}u;` : ""}
    let high = (key >> params.shift) >> 8u;
    let agrees = vec4u(high) == keys;
    if (any(agrees)) {
      // Ranks that agree so far count together, in the bins of the first.
      let slot = select(select(select(3u, 2u, agrees.z), 1u, agrees.y), 0u, agrees.x);
      let digit = (key >> params.shift) & 255u;
      atomicAdd(&bins[(slot * 256u + digit) * params.copies + lane % params.copies], 1u);
    }
  }
  workgroupBarrier();
  for (var bin = lane; bin < ${256 * rankCount}u; bin += 256u) {
    let count = atomicLoad(&bins[bin]);
    if (count != 0u) { atomicAdd(&counts[group.y * ${countWords}u + bin / params.copies], count); }
  }
  if (saw_nan) { atomicStore(&counts[group.y * ${countWords}u + ${256 * rankCount}u], 1u); }
}`,
  }),
);

// Finds the digit under each rank, and clears the counts for the next digit.
const pickDigits = defineGroupShader({
  label: "pick digits",
  buffers: { state: words("u32", "write"), counts: words("atomic<u32>", "write") },
  code: `
var<workgroup> bins: array<u32, ${256 * rankCount}>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let own = group.x * ${stateWords}u;
  for (var bin = lane; bin < ${256 * rankCount}u; bin += 256u) {
    bins[bin] = atomicExchange(&counts[group.x * ${countWords}u + bin], 0u);
  }
  workgroupBarrier();
  var key = 0u;
  var rank = 0u;
  if (lane < ${rankCount}u) {
    key = state[own + 2u * lane];
    rank = state[own + 2u * lane + 1u];
    var slot = lane;
    for (var other = ${rankCount - 1}u; other < ${rankCount}u; other--) {
      if (state[own + 2u * other] == key) { slot = other; }
    }
    var digit = 0u;
    while (digit < 255u && rank >= bins[slot * 256u + digit]) {
      rank -= bins[slot * 256u + digit];
      digit++;
    }
    key = (key << 8u) | digit;
  }
  storageBarrier(); // all have read the keys so far
  if (lane < ${rankCount}u) {
    state[own + 2u * lane] = key;
    state[own + 2u * lane + 1u] = rank;
  }
  if (lane == 0u && atomicLoad(&counts[group.x * ${countWords}u + ${256 * rankCount}u]) != 0u) {
    state[own + ${2 * rankCount}u] = 1u;
  }
}`,
});
