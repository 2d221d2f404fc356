import { createDeclarer, type Declarer } from "@platewright/core";

/**
 * Declares a function on GPU arrays: the very function comes back, with a contract on it.
 *
 * @example
 * export const invert = webgpu({ name: "invert" }, async (stack) => …);
 */
export const webgpu: Declarer<"webgpu"> = createDeclarer("webgpu");

export { castGpuArray } from "./cast.ts";
export type { ValueRange } from "./compute/bindings.ts";
export type { BuffersOf, Compute, ParamsOf } from "./compute/compute.ts";
export { compute } from "./compute/compute.ts";
export type { BufferUse, BufferUses, ParamTypes, Shader, ShaderSpec, ValueShader } from "./compute/shader.ts";
export { defineGroupShader, defineValueShader, values, words } from "./compute/shader.ts";
export type { NumberType } from "./compute/value-text.ts";
export { numberTypeOf, valuesPerWord } from "./compute/value-text.ts";
export { copyInto } from "./copy.ts";
export type { GpuDeviceProvider, GpuDeviceProviderOptions, GpuLease } from "./device-provider.ts";
export { download } from "./download.ts";
export type { GpuArray } from "./gpu-array.ts";
export { createGpuArray, gpuDTypes, isGpuArray, wrapBuffer } from "./gpu-array.ts";
export type { GpuDevice, GpuTraffic, IdleStore } from "./gpu-device.ts";
export { guard } from "./guard.ts";
export type { WebgpuBackend } from "./memory-type.ts";
export { webgpuBackend } from "./memory-type.ts";
export { bufferUsage } from "./webgpu-types.ts";
