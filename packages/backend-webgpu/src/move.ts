import { hostPool } from "@platewright/core";
import { download } from "./download.ts";
import type { GpuArray } from "./gpu-array.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { uploadArray } from "./upload.ts";

/** The array on another device, by way of the host; the very same one where it is there already. */
export async function moveGpuArray(array: GpuArray, gpu: GpuDevice): Promise<GpuArray> {
  if (array.gpu === gpu) return array;
  const host = await download(array);
  try {
    return await uploadArray(gpu, host);
  } finally {
    hostPool.release(host.data);
  }
}
