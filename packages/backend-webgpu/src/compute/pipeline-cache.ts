import { messageOf, PlatewrightError } from "@platewright/core";
import { type BufferUse, resultBinding, type Shader } from "./shader.ts";

/** A shader made ready for one device. */
export interface Pipeline {
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

// Keyed by device, so that a lost device takes its pipelines with it, and by text, which says all about a shader.
const pipelines = new WeakMap<GPUDevice, Map<string, Promise<Pipeline>>>();

/** The pipeline of a shader, compiled once a device. Throws "declaration" with the compiler's lines where it is wrong. */
export function pipelineOf(device: GPUDevice, shader: Shader): Promise<Pipeline> {
  const known = pipelines.get(device) ?? new Map<string, Promise<Pipeline>>();
  pipelines.set(device, known);
  let made = known.get(shader.text);
  if (!made) {
    made = compile(device, shader);
    known.set(shader.text, made);
    // What failed may have failed for want of memory: it is tried again.
    made.catch(() => known.delete(shader.text));
  }
  return made;
}

async function compile(device: GPUDevice, shader: Shader): Promise<Pipeline> {
  const { label, text } = shader;
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code: text });
  const layout = device.createBindGroupLayout({ label, entries: entriesOf(shader) });
  const made = device
    .createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    })
    .then(
      (pipeline) => ({ pipeline }),
      (cause: unknown) => ({ cause }),
    );
  const wrong = await device.popErrorScope();
  const result = await made;
  if (!wrong && "pipeline" in result) return { layout, pipeline: result.pipeline };
  const cause = "cause" in result ? result.cause : undefined;
  const details = { shader: label, cause };
  if ((cause as Partial<GPUPipelineError> | undefined)?.reason === "internal") {
    throw new PlatewrightError(
      "execution",
      `The driver could not compile the shader "${label}": ${messageOf(cause)}`,
      details,
    );
  }
  const faults = (await faultsOf(module, text)) || wrong?.message || messageOf(cause);
  throw new PlatewrightError("declaration", `The shader "${label}" does not compile: ${faults}`, details);
}

function entriesOf({ buffers, output }: Shader): GPUBindGroupLayoutEntry[] {
  const types: GPUBufferBindingType[] = ["read-only-storage"];
  if (output) types[resultBinding] = "storage";
  types.push(...Object.values(buffers).map(typeOf));
  return types.map((type, binding) => ({ binding, visibility: computeStage, buffer: { type } }));
}

/** `GPUShaderStage.COMPUTE`; the global is absent in Node. */
const computeStage = 0x4;

function typeOf(use: BufferUse): GPUBufferBindingType {
  return use.kind === "words" && use.access === "write" ? "storage" : "read-only-storage";
}

async function faultsOf(module: GPUShaderModule, text: string): Promise<string> {
  const lines = text.split("\n");
  const { messages } = await module.getCompilationInfo();
  return [...messages]
    .filter(({ type }) => type === "error")
    .map(({ lineNum, message }) => `${message} in "${lines[lineNum - 1]?.trim() ?? ""}"`)
    .join("; ");
}
