import {
  applyDTypePolicy,
  bytesPerElement,
  createHostArray,
  type DType,
  type DTypePolicy,
  type HostArray,
  hostPool,
  integerRange,
  nanInInteger,
  sizeOf,
  storedDType,
  toStored,
  viewOf,
} from "@platewright/core";
import { castShader, firstNaNShader, levelShader, lookUpShader } from "./cast-shaders.ts";
import { compute } from "./compute/compute.ts";
import { workgroupSize } from "./compute/shader.ts";
import { numberTypeOf } from "./compute/value-text.ts";
import { download } from "./download.ts";
import { checkGpuDType, type GpuArray, wrapBuffer } from "./gpu-array.ts";
import { rescaleThresholds, type WideDType } from "./rescale-thresholds.ts";
import { uploadArray } from "./upload.ts";

/**
 * The array brought to a dtype by a policy, on its device, with the very values that `applyDTypePolicy` gives on the host;
 * the same array where nothing is to do. Only rescaling floats or 32-bit integers to floats, 32-bit integers or
 * `bool` passes through the host. Throws "dtype" for NaN into an integer, "out-of-memory", "device-lost".
 */
export async function castGpuArray(array: GpuArray, dtype: DType, policy: DTypePolicy): Promise<GpuArray> {
  if (policy === "native" || (policy === "preserve" && array.dtype === dtype)) return array;
  checkGpuDType(dtype);
  if (numberTypeOf(array.dtype) === "f32" && integerRange(dtype)) await refuseNaN(array, dtype);
  if (policy === "preserve") return castValues(array, dtype);
  const [low, high] = policy.rescale;
  if (bytesPerElement(array.dtype) < 4) return rescaleByTable(array, dtype, policy);
  const isExact = Number.isFinite(low) && Number.isFinite(high) && high > low;
  if (isExact && integerRange(dtype) && bytesPerElement(dtype) < 4) {
    return rescaleByThresholds(array, dtype, policy.rescale);
  }
  return throughHost(array, dtype, policy);
}

function castValues(array: GpuArray, dtype: DType): Promise<GpuArray> {
  return compute(array.gpu, async (c) => {
    const result = await c.allocate(array.shape, dtype);
    c.map(castShader(array.dtype, dtype), { image: array }, {}, result);
    return result;
  });
}

/** What the host makes of every value that the dtype has, and then a look at that table for each of the array's. */
async function rescaleByTable(array: GpuArray, dtype: DType, policy: DTypePolicy): Promise<GpuArray> {
  const table = toStored(dtype, applyDTypePolicy(everyValueOf(array.dtype), dtype, policy).data);
  const words = new Uint32Array(Math.ceil(table.byteLength / 4));
  viewOf(storedDType(dtype), words.buffer, 0, table.length).set(table as never);
  return compute(array.gpu, async (c) => {
    const result = await c.allocate(array.shape, dtype);
    const { gpu, buffer } = await c.table(words);
    const buffers = { image: array, table: wrapBuffer(gpu, buffer, [table.length], dtype) };
    c.map(lookUpShader(array.dtype, dtype), buffers, {}, result);
    return result;
  });
}

/** All values of a dtype of 8 or 16 bits, in the order of their bits. */
function everyValueOf(dtype: DType): HostArray {
  const bits = bytesPerElement(dtype) === 1 ? new Uint8Array(256) : new Uint16Array(2 ** 16);
  for (let i = 0; i < bits.length; i++) bits[i] = i;
  return createHostArray([bits.length], dtype, viewOf(dtype, bits.buffer, 0, bits.length));
}

async function rescaleByThresholds(
  array: GpuArray,
  dtype: DType,
  range: readonly [number, number],
): Promise<GpuArray> {
  // Shaders see a float16 as the float32 that equals it.
  const from = array.dtype === "float16" ? "float32" : (array.dtype as WideDType);
  const thresholds = rescaleThresholds(from, dtype, range);
  return compute(array.gpu, async (c) => {
    const result = await c.allocate(array.shape, dtype);
    const table = await c.table(thresholds.length > 0 ? thresholds : new Uint32Array(1));
    const buffers = { image: array, thresholds: table };
    c.map(levelShader(array.dtype, dtype), buffers, { count: thresholds.length }, result);
    return result;
  });
}

async function throughHost(array: GpuArray, dtype: DType, policy: DTypePolicy): Promise<GpuArray> {
  const host = await download(array);
  try {
    return await uploadArray(array.gpu, applyDTypePolicy(host, dtype, policy));
  } finally {
    hostPool.release(host.data);
  }
}

/** Waits for the device: what it found is read back, 4 bytes. */
async function refuseNaN(array: GpuArray, dtype: DType): Promise<void> {
  const { gpu } = array;
  const length = sizeOf(array.shape);
  const groups = Math.ceil(length / workgroupSize);
  const rows = Math.ceil(groups / gpu.device.limits.maxComputeWorkgroupsPerDimension);
  const found = await compute(gpu, async (c) => {
    const first = await c.allocate([1], "uint32");
    c.clear(first);
    c.run(firstNaNShader(array.dtype), { image: array, first }, { length }, [Math.ceil(groups / rows), rows]);
    return first;
  });
  try {
    const { data } = await download(found);
    const fromEnd = data[0] as number;
    hostPool.release(data);
    if (fromEnd > 0) throw nanInInteger(~fromEnd >>> 0, dtype);
  } finally {
    gpu.release(found.buffer);
  }
}
