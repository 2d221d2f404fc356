import { existsSync } from "node:fs";

// SwiftShader, a Vulkan device in software, comes with Debian's chromium.
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

/**
 * What to add to the environment so that WebGPU finds a device: nothing where there is graphics hardware or a choice was
 * made already, else SwiftShader alone, without the layers of other drivers, which print complaints.
 */
export function graphicsEnvironment(env = process.env) {
  const isChosen = "VK_DRIVER_FILES" in env || "VK_ICD_FILENAMES" in env;
  if (isChosen || hasGraphicsHardware() || !existsSync(swiftShader)) return {};
  return { VK_DRIVER_FILES: swiftShader, VK_LOADER_LAYERS_DISABLE: "~implicit~" };
}

/** Whether a graphics card could be there: anywhere but on Linux that is taken for granted. */
export function hasGraphicsHardware() {
  if (process.platform !== "linux") return true;
  return ["/dev/dri", "/dev/nvidia0", "/dev/dxg"].some((path) => existsSync(path));
}
