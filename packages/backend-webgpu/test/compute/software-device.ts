import { findGpu } from "../../src/find-gpu.ts";
import { paddedBytes } from "../../src/gpu-array.ts";
import { createGpuDevice, type GpuDevice } from "../../src/gpu-device.ts";

process.env.VK_DRIVER_FILES ??= "/usr/lib/chromium/vk_swiftshader_icd.json";

/** A device of its own on the first adapter, with a budget in bytes. */
export async function openSoftwareDevice(budgetBytes = 2 ** 28): Promise<GpuDevice> {
  const source = await findGpu();
  if (typeof source === "string") throw new Error(source);
  const adapter = await source.open([]).requestAdapter();
  if (!adapter) throw new Error("There is no adapter. Install chromium and libvulkan1.");
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  const info = {
    id: "webgpu:0",
    name: "test",
    processor: "software",
    budgetBytes,
    maxArrayBytes: maxBufferSize,
  } as const;
  return createGpuDevice(device, { info, budget: () => budgetBytes });
}

/** A buffer of the device with the bytes of an array. */
export async function uploadBytes(gpu: GpuDevice, data: ArrayBufferView): Promise<GPUBuffer> {
  const buffer = await gpu.allocate(data.byteLength);
  const bytes = new Uint8Array(paddedBytes(data.byteLength));
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  gpu.device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}

/** The bytes of a buffer. */
export async function bytesFrom(gpu: GpuDevice, buffer: GPUBuffer): Promise<Uint8Array> {
  const staging = gpu.device.createBuffer({ size: buffer.size, usage: 0x1 | 0x8 });
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  gpu.device.queue.submit([encoder.finish()]);
  await staging.mapAsync(0x1);
  const bytes = new Uint8Array(staging.getMappedRange()).slice();
  staging.destroy();
  return bytes;
}
