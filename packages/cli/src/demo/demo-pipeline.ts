import { definePipeline, type Pipeline, step, use } from "@platewright/core";
import {
  composite,
  countCells,
  maxProjection,
  stackPercentileNormalize,
  whiteTophat,
} from "@platewright/functions/ndarray";

/** Counts the cells of the demo's plate: a label image for each site, and a row for each cell in `tables/cells.csv`. */
const demoPipeline: Pipeline = definePipeline({
  name: "demo",
  steps: [
    step("normalise", use(stackPercentileNormalize, { low: 1, high: 99.8 })),
    step("background", use(whiteTophat, { radius: 40 })),
    step("project", maxProjection, { checkpoint: true }),
    step("composite", use(composite, { weights: [0.85, 0.15] }), { variableComponents: ["channel"] }),
    step("count", use(countCells, { minArea: 60 })),
  ],
});

export default demoPipeline;
