import { ndarrayBackend } from "@platewright/backend-ndarray";
import { shareMemory, tfjsBackend } from "@platewright/backend-tfjs";
import { shareBuffers, tfjsOnWebgpu } from "@platewright/backend-tfjs/webgpu";
import { webgpuBackend } from "@platewright/backend-webgpu";
import type { Conversion, MemoryType } from "@platewright/core";
import {
  type ConformanceCase,
  conversionCases,
  type KnownGaps,
  memoryTypeCases,
  withKnownGaps,
} from "@platewright/core/testing";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** How many cases hold, and what is wrong with the others. */
interface Findings {
  readonly held: number;
  readonly failed: readonly string[];
}

const ndarray = ndarrayBackend() as unknown as MemoryType;

/** Runs all cases on the cpu backend. */
export async function onCpu(): Promise<Findings> {
  await tf.setBackend("cpu");
  return onHost();
}

/** Runs all cases on the wasm backend, whose binary is given in base64. */
export async function onWasm(binary: string): Promise<Findings> {
  const bytes = Uint8Array.from(atob(binary), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
  const names = ["tfjs-backend-wasm", "tfjs-backend-wasm-simd", "tfjs-backend-wasm-threaded-simd"];
  setWasmPaths(Object.fromEntries(names.map((name) => [`${name}.wasm`, url])) as never);
  if (!(await tf.setBackend("wasm"))) throw new Error("The wasm backend does not start.");
  return onHost();
}

/** Runs all cases on a device of `webgpu`. */
export async function onWebgpu(): Promise<Findings> {
  const webgpu = webgpuBackend();
  const tfjs = tfjsOnWebgpu({ tf, webgpu });
  const lease = await webgpu.devices.lease("webgpu:0"); // stays open between the cases
  const types = [tfjs, webgpu] as unknown as MemoryType[];
  const subjects = types.map((type) => ({ type }));
  const edges = shareBuffers(tfjs, webgpu) as unknown as Conversion[];
  const findings = await runAll([
    ...memoryTypeCases({ type: tfjs as unknown as MemoryType }),
    ...conversionCases(subjects, edges),
  ]);
  lease.release();
  return findings;
}

/** Runs all cases on TensorFlow.js's own WebGPU backend, with a device of its own. */
export async function onOwnWebgpu(): Promise<Findings> {
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new Error("The webgpu backend does not start.");
  const reason = "it passes integers through float32, which ends at 2147483520";
  return onHost({
    "tfjs: casts float16 to int32 as the host does": reason,
    "tfjs: casts float32 to int32 as the host does": reason,
  });
}

function onHost(gaps: KnownGaps = {}): Promise<Findings> {
  const tfjs = tfjsBackend({ tf });
  const type = tfjs as unknown as MemoryType;
  const edges = shareMemory(tfjs, ndarrayBackend()) as unknown as Conversion[];
  const cases = [...memoryTypeCases({ type }), ...conversionCases([{ type: ndarray }, { type }], edges)];
  return runAll(withKnownGaps(cases, gaps));
}

async function runAll(cases: readonly ConformanceCase[]): Promise<Findings> {
  const failed: string[] = [];
  for (const { name, run } of cases) {
    await run().catch((thrown: unknown) => failed.push(`${name}: ${String(thrown)}`));
  }
  return { held: cases.length - failed.length, failed };
}
