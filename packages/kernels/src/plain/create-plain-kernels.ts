import type { Kernels } from "../kernels.ts";
import { createLabelling } from "../label.ts";
import { createMorphology } from "../morphology.ts";
import { createPercentiles } from "../percentile.ts";
import { markAbove } from "./above.ts";
import { composite } from "./composite.ts";
import { copyStrided } from "./copy-strided.ts";
import { plainCountKeys } from "./count-keys.ts";
import { findRuns } from "./find-runs.ts";
import { gaussian } from "./gaussian.ts";
import { applyLut, histogram } from "./histogram.ts";
import { meanOfSum } from "./mean.ts";
import { accumulateMax, accumulateMin, accumulateSum, projectMax, projectMin } from "./projection.ts";
import { runPasses } from "./run-passes.ts";

/** The kernels in plain TypeScript: the fallback of the WebAssembly ones, and the oracle of their tests. */
export function createPlainKernels(): Kernels {
  return Object.freeze({
    backend: "typescript" as const,
    histogram,
    percentiles: createPercentiles(plainCountKeys),
    applyLut,
    markAbove,
    ...createMorphology(runPasses),
    gaussian,
    projectMax,
    projectMin,
    accumulateMax,
    accumulateMin,
    accumulateSum,
    meanOfSum,
    composite,
    ...createLabelling(findRuns),
    copyStrided,
  });
}
