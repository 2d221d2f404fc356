import type { GpuSource } from "./find-gpu.ts";

/** An adapter that was seen, and how to ask for it again: each device needs a fresh one. */
export interface FoundAdapter {
  readonly name: string;
  readonly processor: "hardware" | "software";
  readonly maxArrayBytes: number;
  request(): Promise<GPUAdapter | null>;
}

/** The adapters there are, hardware first. Of several with one name only the first can be had. */
export async function listAdapters(source: GpuSource): Promise<readonly FoundAdapter[]> {
  const found = new Map<string, FoundAdapter>();
  for (const way of await waysOf(source)) {
    const adapter = await way.request().catch(() => null);
    if (!adapter || isNullBackend(adapter.info)) continue;
    const name = way.name ?? nameOf(adapter.info);
    if (!found.has(name)) found.set(name, describe(adapter, name, way));
  }
  const all = [...found.values()];
  return [
    ...all.filter(({ processor }) => processor === "hardware"),
    ...all.filter(({ processor }) => processor === "software"),
  ];
}

interface Way {
  readonly name?: string;
  request(): Promise<GPUAdapter | null>;
}

async function waysOf(source: GpuSource): Promise<readonly Way[]> {
  const gpu = source.open([]);
  const by = (powerPreference: GPUPowerPreference): Way => ({
    request: () => gpu.requestAdapter({ powerPreference }),
  });
  if (!source.takesFlags) return [by("high-performance"), by("low-power")];
  const named = await dawnWays(source);
  return named.length > 0 ? named : [by("high-performance")];
}

/** Dawn tells its adapters only in the error of a request for one that does not exist. */
async function dawnWays(source: GpuSource): Promise<readonly Way[]> {
  const asked = source.open(["adapter=nope"]).requestAdapter();
  const text = await asked.then(() => "", String);
  const seen = [...text.matchAll(/backend: '(\w+)', name: '([^']+)'/g)];
  return seen.flatMap(([, backend = "", name = ""]) => {
    // The others lack what WebGPU asks for, or stand for the same hardware.
    if (!["vulkan", "metal", "d3d12"].includes(backend)) return [];
    const gpu = source.open([`backend=${backend}`, `adapter=${name}`]);
    return [{ name, request: () => gpu.requestAdapter({ powerPreference: "high-performance" }) }];
  });
}

function describe(adapter: GPUAdapter, name: string, { request }: Way): FoundAdapter {
  return {
    name,
    processor: isSoftware(adapter.info) ? "software" : "hardware",
    maxArrayBytes: maxArrayBytes(adapter.limits),
    request,
  };
}

/** Bytes of the largest array: it is one buffer that a shader sees whole. */
export function maxArrayBytes({ maxBufferSize, maxStorageBufferBindingSize }: GPUSupportedLimits): number {
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** What the driver calls an adapter. */
export function nameOf({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return description || device || `${vendor} ${architecture}`.trim() || "unnamed adapter";
}

/** Whether a program stands in for a piece of hardware: SwiftShader, lavapipe, WARP. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  const text = `${info.architecture} ${info.device} ${info.description}`;
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|warp|basic render/i.test(text);
}

/** Dawn's null backend accepts everything and computes nothing. */
export function isNullBackend({ device, description }: GPUAdapterInfo): boolean {
  return /null.backend/i.test(`${device} ${description}`);
}
