import type { Kernels } from "../kernels.ts";
import { createLabelling } from "../label.ts";
import { createMorphology } from "../morphology.ts";
import { createPercentiles } from "../percentile.ts";
import { createPlainKernels } from "../plain/create-plain-kernels.ts";
import { createCopyStrided } from "./copy-strided.ts";
import { createCountKeys } from "./count-keys.ts";
import { createFindRuns } from "./find-runs.ts";
import { createGaussian } from "./gaussian.ts";
import { instantiateKernels, type KernelModule } from "./instantiate.ts";
import { createPointwise } from "./pointwise.ts";
import { createProjections } from "./projection.ts";
import { createRunPasses } from "./run-passes.ts";
import { createScratch, ScratchFull } from "./scratch.ts";

// Enough working memory for slices of about 16 million uint16 pixels; larger ones go to an instance that may grow.
const SCRATCH_BYTES = 160 * 2 ** 20;
// What a memory that grows begins with.
const LEAST_BYTES = 65536;
// Vector loads may reach past the end of an array.
const MARGIN = 4096;

/**
 * The kernels in WebAssembly SIMD, or undefined where this engine has none, or not that much memory for the arena. What
 * needs more working memory than the engine gives, or than `most` bytes, runs in TypeScript.
 */
export function createWasmKernels(arenaBytes: number, most?: number): Kernels | undefined {
  const growing = (): BoundKernels | undefined => {
    const module = instantiateKernels(LEAST_BYTES, most);
    return module && withRoom(bindKernels(module), createPlainKernels);
  };
  if (arenaBytes === 0) {
    const own = growing();
    return own && Object.freeze({ backend: "wasm-simd" as const, ...own });
  }
  const module = instantiateKernels(SCRATCH_BYTES + arenaBytes + MARGIN);
  if (!module) return undefined;
  const arena = { buffer: module.memory.buffer, byteOffset: SCRATCH_BYTES, byteLength: arenaBytes };
  const near = withRoom(bindKernels(module, SCRATCH_BYTES), () => growing() ?? createPlainKernels());
  return Object.freeze({ backend: "wasm-simd" as const, arena, ...near });
}

type BoundKernels = Omit<Kernels, "backend" | "arena">;

function bindKernels({ exports, memory }: KernelModule, limit?: number): BoundKernels {
  const scratch = createScratch(memory, exports.heapBase(), limit);
  return {
    ...createPointwise(exports, scratch),
    ...createProjections(exports, scratch),
    percentiles: createPercentiles(createCountKeys(exports, scratch)),
    ...createMorphology(createRunPasses(exports, scratch)),
    gaussian: createGaussian(exports, scratch),
    ...createLabelling(createFindRuns(exports, scratch)),
    copyStrided: createCopyStrided(exports, scratch),
  };
}

/** The same kernels; a call that finds its working memory too small is made again by others, created when first needed. */
function withRoom(kernels: BoundKernels, createOthers: () => BoundKernels): BoundKernels {
  let others: BoundKernels | undefined;
  const guarded = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (...given: unknown[]): unknown => {
      try {
        return (kernel as (...given: unknown[]) => unknown)(...given);
      } catch (thrown) {
        if (!(thrown instanceof ScratchFull)) throw thrown;
        others ??= createOthers();
        return (others[name as keyof BoundKernels] as (...given: unknown[]) => unknown)(...given);
      }
    },
  ]);
  return Object.fromEntries(guarded) as BoundKernels;
}
