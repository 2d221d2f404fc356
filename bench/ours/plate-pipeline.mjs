// The work that is measured, as a pipeline: what peers/plate_*.py do in Python.
import { definePipeline, step, use } from "@platewright/core";
import {
  composite,
  countCells,
  gaussian,
  maxProjection,
  stackPercentileNormalize,
  whiteTophat,
} from "@platewright/functions/ndarray";

export default definePipeline({
  name: "bench",
  steps: [
    step("normalise", use(stackPercentileNormalize, { low: 1, high: 99 })),
    step("background", use(whiteTophat, { radius: 50, shape: "square" })),
    step("smooth", use(gaussian, { sigma: 2 })),
    step("project", maxProjection, { checkpoint: true }),
    step("composite", composite, { variableComponents: ["channel"], checkpoint: true }),
    step("count", use(countCells, { smoothing: 0, split: false, minArea: 30 })),
  ],
});
