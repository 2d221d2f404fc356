import type { Kernels } from "../kernels.ts";
import { createLabelling } from "../label.ts";
import { createMorphology } from "../morphology.ts";
import { createCopyStrided } from "./copy-strided.ts";
import { createFindRuns } from "./find-runs.ts";
import { createGaussian } from "./gaussian.ts";
import { instantiateKernels, type KernelModule } from "./instantiate.ts";
import { createPointwise } from "./pointwise.ts";
import { createRunPasses } from "./run-passes.ts";
import { createScratch, ScratchFull } from "./scratch.ts";

// Enough working memory for slices of about 16 million uint16 pixels; larger ones go to an instance that may grow.
const SCRATCH_BYTES = 160 * 2 ** 20;
// Vector loads may reach past the end of an array.
const MARGIN = 4096;

/** The kernels in WebAssembly SIMD, or undefined where this engine has none, or not that much memory for the arena. */
export function createWasmKernels(arenaBytes: number): Kernels | undefined {
  if (arenaBytes === 0) {
    const module = instantiateKernels(65536);
    return module && Object.freeze({ backend: "wasm-simd" as const, ...bindKernels(module) });
  }
  const module = instantiateKernels(SCRATCH_BYTES + arenaBytes + MARGIN);
  if (!module) return undefined;
  const arena = { buffer: module.memory.buffer, byteOffset: SCRATCH_BYTES, byteLength: arenaBytes };
  const near = bindKernels(module, SCRATCH_BYTES);
  return Object.freeze({ backend: "wasm-simd" as const, arena, ...withRoom(near) });
}

type BoundKernels = Omit<Kernels, "backend" | "arena">;

function bindKernels({ exports, memory }: KernelModule, limit?: number): BoundKernels {
  const scratch = createScratch(memory, exports.heapBase(), limit);
  return {
    ...createPointwise(exports, scratch),
    ...createMorphology(createRunPasses(exports, scratch)),
    gaussian: createGaussian(exports, scratch),
    ...createLabelling(createFindRuns(exports, scratch)),
    copyStrided: createCopyStrided(exports, scratch),
  };
}

/** The same kernels; a call that finds its working memory too small is made again by an instance whose memory grows. */
function withRoom(near: BoundKernels): BoundKernels {
  let far: BoundKernels | undefined;
  const roomy = (): BoundKernels => {
    if (far) return far;
    const module = instantiateKernels(65536);
    if (!module)
      throw new RangeError("The engine refuses another WebAssembly memory for a slice of this size.");
    far = bindKernels(module);
    return far;
  };
  const guarded = Object.entries(near).map(([name, kernel]) => [
    name,
    (...given: unknown[]): unknown => {
      try {
        return (kernel as (...given: unknown[]) => unknown)(...given);
      } catch (thrown) {
        if (!(thrown instanceof ScratchFull)) throw thrown;
        return (roomy()[name as keyof BoundKernels] as (...given: unknown[]) => unknown)(...given);
      }
    },
  ]);
  return Object.fromEntries(guarded) as BoundKernels;
}
