import { outOfMemory } from "@platewright/core";
import { failedOn, type GpuDevice } from "./gpu-device.ts";

/**
 * Runs calls that issue work to a device, all before its first await, and answers once the device has accepted them: what
 * they do wrong is thrown here. `requestedBytes` is what they ask for, for the sentence. Throws "out-of-memory",
 * "device-lost", and "execution" with the device's own words.
 */
export async function guard<T>(gpu: GpuDevice, what: string, issue: () => T, requestedBytes = 0): Promise<T> {
  gpu.check();
  const { device } = gpu;
  device.pushErrorScope("validation");
  device.pushErrorScope("internal");
  device.pushErrorScope("out-of-memory");
  const popAll = () => [0, 1, 2].map(() => device.popErrorScope().catch(() => null));
  let result: T;
  try {
    result = issue();
  } catch (thrown) {
    await Promise.all(popAll());
    throw thrown;
  }
  // A device that was lost in between may refuse to answer; `check` says so.
  const [memory, internal, validation] = await Promise.all(popAll());
  gpu.check();
  if (memory) throw outOfRoom(gpu, requestedBytes, memory.message);
  const error = validation ?? internal;
  if (error) throw failedOn(gpu.id, what, error.message);
  return result;
}

function outOfRoom(gpu: GpuDevice, requestedBytes: number, message: string): Error {
  const { liveBytes } = gpu.usage();
  return outOfMemory({
    device: gpu.id,
    requestedBytes,
    liveBytes,
    budgetBytes: gpu.budgetBytes,
    cause: new Error(message),
  });
}
