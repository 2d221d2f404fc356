export { shareBuffers } from "./share-buffers.ts";
export type { SharedTensors } from "./shared-tensors.ts";
export type { TfGpu } from "./tf-gpu.ts";
export { type TfjsOnWebgpu, type TfjsOnWebgpuOptions, tfjsOnWebgpu } from "./tfjs-on-webgpu.ts";
