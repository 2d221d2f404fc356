import type { GpuArray } from "../gpu-array.ts";
import type { GpuDevice } from "../gpu-device.ts";
import { guard } from "../guard.ts";
import { bindingOf, paramsOf, resourcesOf, type ValueRange } from "./bindings.ts";
import { type Pipeline, pipelineOf } from "./pipeline-cache.ts";
import { resultBinding, type Shader } from "./shader.ts";

/** One thing the device is asked to do. */
export type Run =
  | ShaderRun
  | { readonly kind: "clear"; readonly array: GpuArray }
  | { readonly kind: "write"; readonly array: GpuArray; readonly bytes: Uint8Array<ArrayBuffer> };

interface ShaderRun {
  readonly kind: "shader";
  readonly shader: Shader;
  readonly buffers: { readonly [name: string]: GpuArray };
  readonly params: { readonly [name: string]: number };
  readonly result?: GpuArray;
  readonly range?: ValueRange;
  readonly groups: readonly [x: number, y: number, z: number];
}

/**
 * Submits runs in order, as one piece of work; the writes among them come first. `lend` lends an array of so many
 * bytes for the parameters of all shaders.
 */
export async function submitRuns(
  gpu: GpuDevice,
  runs: readonly Run[],
  lend: (bytes: number) => Promise<GpuArray>,
): Promise<void> {
  if (runs.length === 0) return;
  const shaderRuns = runs.filter((run) => run.kind === "shader");
  const shaders = new Set(shaderRuns.map(({ shader }) => shader));
  const pipelines = await pipelinesOf(gpu.device, shaders).catch((thrown: unknown) => {
    gpu.check(); // a device that is lost compiles nothing
    throw thrown;
  });
  const params = shaderRuns.map((run) => paramsOf(run.shader, run.buffers, run.params, run.range));
  const { packed, places } = packParams(params, gpu.device.limits.minStorageBufferOffsetAlignment);
  const { buffer: paramsBuffer } = await lend(packed.length);
  const labels = [...new Set(shaderRuns.map(({ shader }) => shader.label))].join(", ");

  await guard(gpu, `Running ${labels}`, () => {
    const { device } = gpu;
    device.queue.writeBuffer(paramsBuffer, 0, packed);
    const encoder = device.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    let at = 0;
    for (const run of runs) {
      if (run.kind === "shader") {
        pass ??= encoder.beginComputePass();
        const offset = places[at] ?? 0;
        const own = { buffer: paramsBuffer, offset, size: params[at]?.byteLength ?? 4 };
        encode(device, pass, run, pipelines.get(run.shader) as Pipeline, own);
        at++;
        continue;
      }
      const { buffer, offset, size } = bindingOf(run.array);
      if (run.kind === "write") {
        device.queue.writeBuffer(buffer, offset, run.bytes);
        continue;
      }
      pass?.end();
      pass = undefined;
      encoder.clearBuffer(buffer, offset, size);
    }
    pass?.end();
    device.queue.submit([encoder.finish()]);
  });
}

// Drivers compile several at once.
async function pipelinesOf(
  device: GPUDevice,
  shaders: ReadonlySet<Shader>,
): Promise<ReadonlyMap<Shader, Pipeline>> {
  const made = [...shaders].map(async (shader) => [shader, await pipelineOf(device, shader)] as const);
  return new Map(await Promise.all(made));
}

function encode(
  device: GPUDevice,
  pass: GPUComputePassEncoder,
  { shader, buffers, result, groups }: ShaderRun,
  { layout, pipeline }: Pipeline,
  params: GPUBufferBinding,
): void {
  const entries = [{ binding: 0, resource: params }];
  for (const [i, resource] of resourcesOf(shader, buffers, result).entries())
    entries.push({ binding: resultBinding + i, resource });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(...groups);
}

// Each run's parameters begin where a binding may begin.
function packParams(
  params: readonly ArrayBuffer[],
  step: number,
): { packed: Uint8Array<ArrayBuffer>; places: readonly number[] } {
  const places: number[] = [];
  let end = 0;
  for (const { byteLength } of params) {
    places.push(end);
    end += Math.ceil(byteLength / step) * step;
  }
  const packed = new Uint8Array(Math.max(end, 4));
  params.forEach((bytes, i) => {
    packed.set(new Uint8Array(bytes), places[i] ?? 0);
  });
  return { packed, places };
}
