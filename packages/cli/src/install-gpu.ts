import { tmpdir } from "node:os";
import type { Tf } from "@platewright/backend-tfjs";
import type { WebgpuBackend } from "@platewright/backend-webgpu";
import type { DeviceProvider, MemoryType, Plugin } from "@platewright/core";

/**
 * The memory types `webgpu` and `tfjs`, as far as they are asked for and can be loaded, with the direct edges to those that
 * are there already. What can't be loaded is left out: the compiler says which step needs it, doctor what to install.
 */
export async function gpuPlugins(
  names: readonly string[],
  others: readonly MemoryType[],
): Promise<readonly Plugin[]> {
  const webgpu = await loadWebgpu();
  const isWebgpuUsed = names.includes("webgpu");
  const tfjs = names.includes("tfjs") ? await loadTfjs(webgpu, isWebgpuUsed, others) : [];
  return [...(isWebgpuUsed ? [webgpu] : []), ...tfjs];
}

async function loadWebgpu(): Promise<WebgpuBackend> {
  // Graphics drivers complain on stderr, once for each adapter, where they find no folder for windows; none is opened.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const { webgpuBackend } = await import("@platewright/backend-webgpu");
  return webgpuBackend();
}

async function loadTfjs(
  webgpu: WebgpuBackend,
  isWebgpuUsed: boolean,
  others: readonly MemoryType[],
): Promise<readonly Plugin[]> {
  const backend = await chooseTfjs(webgpu);
  if (!backend) return [];
  const { tf, name } = backend;
  if (name === "webgpu") {
    const { shareBuffers, tfjsOnWebgpu } = await import("@platewright/backend-tfjs/webgpu");
    const tfjs = tfjsOnWebgpu({ tf, webgpu });
    return [tfjs, ...(isWebgpuUsed ? shareBuffers(tfjs, webgpu) : [])];
  }
  await tf.setBackend(name);
  await tf.ready();
  const { shareMemory, tfjsBackend } = await import("@platewright/backend-tfjs");
  const tfjs = tfjsBackend({ tf });
  const ndarray = others.find((type): type is MemoryType<"ndarray"> => type.name === "ndarray");
  return [tfjs, ...(ndarray ? shareMemory(tfjs, ndarray) : [])];
}

/** Backends of TensorFlow.js, the fastest first. */
const candidates = [
  { name: "tensorflow", package: "@tensorflow/tfjs-node-gpu" },
  { name: "webgpu", package: "@tensorflow/tfjs-backend-webgpu" },
  { name: "tensorflow", package: "@tensorflow/tfjs-node" },
  { name: "wasm", package: "@tensorflow/tfjs-backend-wasm" },
  { name: "cpu", package: "@tensorflow/tfjs-backend-cpu" },
] as const;

/** TensorFlow.js with the fastest backend that can be loaded; that on WebGPU only where there is a GPU and no program in its place. */
async function chooseTfjs({
  devices,
}: WebgpuBackend): Promise<{ readonly tf: Tf; readonly name: string } | undefined> {
  const tf = await importIfThere<Tf>("@tensorflow/tfjs-core");
  if (!tf) return undefined;
  for (const { name, package: from } of candidates) {
    if (name === "webgpu" && !(await hasHardware(devices))) continue;
    if (await importIfThere(from)) return { tf, name };
  }
  return undefined;
}

async function hasHardware(devices: DeviceProvider): Promise<boolean> {
  return (await devices.list()).some(({ processor }) => processor === "hardware");
}

/** A module; `undefined` where it is not installed or can't be loaded here. */
async function importIfThere<M>(name: string): Promise<M | undefined> {
  return await (import(name) as Promise<M>).catch(() => undefined);
}
