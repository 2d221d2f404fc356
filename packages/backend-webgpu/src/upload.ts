import type { TypedArray } from "@platewright/core";
import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";

/** Moves the raw bytes of host values to the beginning of a buffer, which has room for them in whole words. */
export async function upload(gpu: GpuDevice, data: TypedArray, buffer: GPUBuffer): Promise<void> {
  const { queue } = gpu.device;
  await guard(gpu, `Uploading ${data.byteLength} bytes`, () => {
    const bytes = unsharedBytes(data);
    const whole = bytes.length - (bytes.length % 4);
    if (whole > 0) queue.writeBuffer(buffer, 0, bytes, 0, whole);
    if (whole === bytes.length) return;
    const lastWord = new Uint8Array(4);
    lastWord.set(bytes.subarray(whole));
    queue.writeBuffer(buffer, whole, lastWord);
  });
}

/** The bytes of an array, copied out of shared memory: Dawn ends the process where it is handed that. */
function unsharedBytes({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}
