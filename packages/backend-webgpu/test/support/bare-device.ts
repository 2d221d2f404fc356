import { create } from "webgpu";

// Dawn needs the object that opened a device for as long as the device.
const kept: unknown[] = [];

/** A device that no backend has opened, as an application that brings its own has one. */
export async function openBareDevice(flags: string[] = []): Promise<GPUDevice> {
  const gpu = create(flags) as unknown as GPU;
  kept.push(gpu);
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error(`Dawn finds no adapter with the flags ${flags.join(", ")}.`);
  return adapter.requestDevice();
}
