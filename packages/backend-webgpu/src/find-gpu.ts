import { messageOf } from "@platewright/core";
import { mayHaveVulkanDriver, type NodeProcess } from "./vulkan-drivers.ts";

/** What opens adapters: the page's own, or Dawn's in Node. */
export interface GpuSource {
  /** Asks for adapters, the default one first; Dawn takes flags such as `adapter=…`. */
  open(flags: readonly string[]): GPU;
  /** Whether `open` heeds its flags. */
  readonly takesFlags: boolean;
}

interface Dawn {
  readonly create: (flags: string[]) => GPU;
}

// Dawn crashes where a GPU object is collected while its devices are in use: what was created is kept.
const kept: GPU[] = [];

/** WebGPU as it is here; the sentence says why there is none. Nothing is loaded before. */
export async function findGpu(): Promise<GpuSource | string> {
  const inPage = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (inPage) return { open: () => inPage, takesFlags: false };
  const node = nodeProcess();
  if (!node) {
    return "This browser has no WebGPU. Use a current Chrome, Edge, Firefox or Safari, over https or on localhost.";
  }
  try {
    const name = "webgpu"; // not a literal, so that a page's bundler does not look for it
    const { create } = (await import(/* @vite-ignore */ name)) as Dawn;
    if (!mayHaveVulkanDriver(node)) return adapterRemedy();
    return { open: (flags) => keep(create([...flags])), takesFlags: true };
  } catch (thrown) {
    return `The package webgpu could not be loaded (${messageOf(thrown).split("\n")[0]}). In Node, install it: npm install webgpu.`;
  }
}

/** What helps where WebGPU is there, but finds no adapter. */
export function adapterRemedy(): string {
  if (!nodeProcess())
    return "The browser offers no GPU. Update the graphics driver, or switch on hardware acceleration.";
  return [
    "No graphics adapter was found. Install the graphics card's driver and, on Linux, the Vulkan loader",
    "(Debian: apt install libvulkan1). Without a card, SwiftShader is a slow substitute: apt install chromium, and set",
    "VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json.",
  ].join(" ");
}

function keep(gpu: GPU): GPU {
  kept.push(gpu);
  return gpu;
}

function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as { process?: NodeProcess & { versions?: { node?: string } } };
  return typeof process?.versions?.node === "string" ? process : undefined;
}
