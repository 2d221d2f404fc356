import type { Kernels } from "../kernels.ts";
import { createLabelling } from "../label.ts";
import { createMorphology } from "../morphology.ts";
import { createFindRuns } from "./find-runs.ts";
import { createGaussian } from "./gaussian.ts";
import { instantiateKernels } from "./instantiate.ts";
import { createPointwise } from "./pointwise.ts";
import { createRunPasses } from "./run-passes.ts";
import { createScratch } from "./scratch.ts";

/** The kernels in WebAssembly SIMD, or undefined where this engine has none. */
export function createWasmKernels(): Kernels | undefined {
  const module = instantiateKernels();
  if (!module) return undefined;
  const { exports, memory } = module;
  const scratch = createScratch(memory, exports.heapBase());
  return Object.freeze({
    backend: "wasm-simd" as const,
    ...createPointwise(exports, scratch),
    ...createMorphology(createRunPasses(exports, scratch)),
    gaussian: createGaussian(exports, scratch),
    ...createLabelling(createFindRuns(exports, scratch)),
  });
}
