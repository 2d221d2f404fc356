import type { TfjsBackendInfo } from "@platewright/backend-tfjs";
import { type DeviceInfo, messageOf } from "@platewright/core";

/** A memory type as doctor found it. */
export interface CheckedMemory {
  readonly name: string;
  readonly devices?: readonly DeviceInfo[];
  readonly backends?: readonly TfjsBackendInfo[];
  /** Where it can't be used: why, and what to do. */
  readonly remedy?: string;
}

/** Asks each memory type what it has here: devices, and backends of the library under it. */
export async function checkMemoryTypes(): Promise<readonly CheckedMemory[]> {
  const webgpu = await checkWebgpu();
  return [{ name: "ndarray" }, webgpu, await checkTfjs(webgpu.devices !== undefined)];
}

async function checkWebgpu(): Promise<CheckedMemory> {
  try {
    const { webgpuBackend } = await import("@platewright/backend-webgpu");
    const provider = webgpuBackend().devices;
    const devices = await provider.list();
    if (devices.length > 0) return { name: "webgpu", devices };
    return { name: "webgpu", remedy: (await provider.remedy()) ?? "There is no device." };
  } catch (thrown) {
    return { name: "webgpu", remedy: messageOf(thrown) };
  }
}

async function checkTfjs(hasDevice: boolean): Promise<CheckedMemory> {
  try {
    const { listTfjsBackends } = await import("@platewright/backend-tfjs");
    const listed = await listTfjsBackends();
    const backends = hasDevice ? listed : listed.map(withoutDevice);
    if (backends.some(({ isThere }) => isThere)) return { name: "tfjs", backends };
    return {
      name: "tfjs",
      remedy:
        "None of its backends is installed: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm.",
    };
  } catch (thrown) {
    return { name: "tfjs", remedy: messageOf(thrown) };
  }
}

/** A library that is there is of no use without what it computes on. */
function withoutDevice(backend: TfjsBackendInfo): TfjsBackendInfo {
  if (backend.name !== "webgpu" || !backend.isThere) return backend;
  const remedy = `${backend.package} is there, but no WebGPU device: see the memory type webgpu.`;
  return { ...backend, isThere: false, remedy };
}
