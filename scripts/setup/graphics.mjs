import { existsSync } from "node:fs";
import { capture } from "./run.mjs";

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
function hasGraphicsHardware() {
  if (process.platform !== "linux") return true;
  return ["/dev/dri", "/dev/nvidia0", "/dev/dxg"].some((path) => existsSync(path));
}

/** Whether Vulkan drivers can be loaded; elsewhere than on Linux the system brings its own way to the hardware. */
export function hasVulkanLoader() {
  if (process.platform !== "linux") return true;
  return ["ldconfig", "/sbin/ldconfig"].some((command) =>
    capture(command, ["-p"]).output.includes("libvulkan.so.1"),
  );
}

/** Whether shaders can run in Node: in hardware, or in software where that is installed. */
export function canRunShaders(env = process.env) {
  return hasVulkanLoader() && ("VK_DRIVER_FILES" in env || hasGraphicsHardware() || existsSync(swiftShader));
}
