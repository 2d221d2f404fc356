import { storedBytesOf, storedBytesPerElement } from "@platewright/core";
import { type Compute, compute } from "./compute/compute.ts";
import { defineGroupShader, words, workgroupSize } from "./compute/shader.ts";
import { type GpuArray, wrapBuffer } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";

/**
 * Copies bytes to any place among others. Each invocation writes one word; the first and the last may keep bytes
 * of their neighbours, so that runs over one target must follow one another.
 */
const copyBytes = defineGroupShader({
  label: "copy bytes",
  buffers: { input: words("u32"), output: words("u32", "write") },
  params: { read_from: "u32", write_from: "u32", write_end: "u32" },
  code: `
fn byte_mask(count: u32) -> u32 { return select((1u << (8u * count)) - 1u, 0xffffffffu, count >= 4u); }
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let word = params.write_from / 4u + id.x + id.y * groups.x * ${workgroupSize}u;
  // In words: in bytes, those behind the end of 4 GiB would begin at 0 again.
  if (word > (params.write_end - 1u) / 4u) { return; }
  let byte = 4u * word;
  // The bytes of this word that are copied: from the first to before the last.
  let first = max(byte, params.write_from);
  let last = byte + min(4u, params.write_end - byte);
  let at = first - params.write_from + params.read_from;
  let shift = 8u * (at % 4u);
  var bytes = input[at / 4u] >> shift;
  if (shift > 0u && at % 4u + (last - first) > 4u) { bytes |= input[at / 4u + 1u] << (32u - shift); }
  let mask = byte_mask(last - first) << (8u * (first - byte));
  output[word] = (output[word] & ~mask) | ((bytes << (8u * (first - byte))) & mask);
}`,
});

/** Where a copy begins, in bytes. */
interface Copy {
  readonly source: GpuArray;
  readonly from: number;
  readonly to: number;
}

/**
 * Copies arrays of one device into `target`, one behind the other, without the host. By the device's own copying where
 * all lies on whole words, else by a shader. Throws "out-of-memory", "device-lost".
 */
export async function copyInto(target: GpuArray, sources: readonly GpuArray[]): Promise<void> {
  const { gpu } = target;
  let to = target.offset * storedBytesPerElement(target.dtype);
  const copies = sources.map((source): Copy => {
    const copy = { source, from: source.offset * storedBytesPerElement(source.dtype), to };
    to += storedBytesOf(source.shape, source.dtype);
    return copy;
  });
  const onWords = copies.filter(isOnWords);
  const others = copies.filter((copy) => !isOnWords(copy));
  if (onWords.length > 0) await copyWords(gpu, target, onWords);
  if (others.length > 0) {
    await compute(gpu, async (c) => {
      for (const copy of others) runCopy(c, target, copy);
    });
  }
  for (const { source } of copies) gpu.count("copied", storedBytesOf(source.shape, source.dtype));
}

function isOnWords({ source, from, to }: Copy): boolean {
  return [from, to, storedBytesOf(source.shape, source.dtype)].every((bytes) => bytes % 4 === 0);
}

async function copyWords(gpu: GpuDevice, target: GpuArray, copies: readonly Copy[]): Promise<void> {
  await guard(gpu, `Copying ${copies.length} arrays`, () => {
    const encoder = gpu.device.createCommandEncoder();
    for (const { source, from, to } of copies) {
      const bytes = storedBytesOf(source.shape, source.dtype);
      encoder.copyBufferToBuffer(source.buffer, from, target.buffer, to, bytes);
    }
    gpu.device.queue.submit([encoder.finish()]);
  });
}

function runCopy(c: Compute, target: GpuArray, { source, from, to }: Copy): void {
  const end = to + storedBytesOf(source.shape, source.dtype);
  const groups = Math.ceil((Math.ceil(end / 4) - Math.floor(to / 4)) / workgroupSize);
  const rows = Math.ceil(groups / c.gpu.device.limits.maxComputeWorkgroupsPerDimension);
  const buffers = { input: wordsOf(source), output: wordsOf(target) };
  c.run(copyBytes, buffers, { read_from: from, write_from: to, write_end: end }, [
    Math.ceil(groups / rows),
    rows,
  ]);
}

/** All of the buffer under an array. */
function wordsOf({ gpu, buffer }: GpuArray): GpuArray {
  return wrapBuffer(gpu, buffer, [Math.floor(buffer.size / 4)], "uint32");
}
