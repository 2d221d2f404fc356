import { webgpuBackend } from "@platewright/backend-webgpu";
import { describe } from "vitest";

/** The WebGPU devices here, the best first. `npm test` sees to it that there is one where it may install packages. */
export const gpuDevices = await webgpuBackend().devices.list();

/** `describe` for what needs a WebGPU device; it is skipped where there is none. */
export const describeGpu: typeof describe.skip = gpuDevices.length > 0 ? describe : describe.skip;
