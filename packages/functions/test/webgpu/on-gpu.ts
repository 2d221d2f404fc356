import { type NdArray, ndarrayBackend, wrap } from "@platewright/backend-ndarray";
import { type GpuArray, type GpuDevice, webgpuBackend, wrapBuffer } from "@platewright/backend-webgpu";
import { createHostArray, createTypedArray } from "@platewright/core";

/** An open device, and arrays brought there and back. */
export interface Gpu {
  readonly device: GpuDevice;
  /** The stack on the device, `offset` values into a buffer that holds other values around it. */
  upload(stack: NdArray, offset?: number): Promise<GpuArray>;
  download(array: GpuArray): Promise<NdArray>;
  /** Runs `work` while the device's budget is so many bytes larger. */
  lend(budgetBytes: number, work: () => Promise<void>): Promise<void>;
}

/** The machine's first device, with a budget in bytes: all by default. */
export async function openGpu(budgetBytes?: number): Promise<Gpu> {
  const backend = webgpuBackend();
  const [first] = await backend.devices.list();
  if (!first) throw new Error(await backend.devices.remedy());
  const { gpu: device } = await backend.devices.lease(first.id, { budgetBytes });
  return {
    device,
    async upload(stack, offset = 0) {
      const { shape, dtype, data } = await ndarrayBackend().toHost(stack);
      const padded = createTypedArray(dtype, offset + data.length).fill(1);
      padded.set(data, offset);
      const host = createHostArray([padded.length], dtype, padded);
      const { buffer } = await backend.fromHost(host, { device: device.id });
      return wrapBuffer(device, buffer, shape, dtype, offset);
    },
    async download(array) {
      const { shape, dtype, data } = await backend.toHost(array);
      return wrap(shape, dtype, data);
    },
    async lend(budgetBytes, work) {
      const lease = await backend.devices.lease(first.id, { budgetBytes });
      await work();
      device.trim();
      lease.release();
    },
  };
}
