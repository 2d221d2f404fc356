// Counts the nuclei of every site, on channel 1. A stack is projected along z; a plate with one plane keeps that plane.
//
//   npx platewright run examples/count-nuclei.ts <plate> --out results
//
// results/tables/cells.csv has a row for each nucleus, with its well and site; results/images/count the label images.
import { definePipeline, type Pipeline, step, use } from "@platewright/core";
import {
  countCells,
  maxProjection,
  stackPercentileNormalize,
  whiteTophat,
} from "@platewright/functions/ndarray";

/** The channel in which the nuclei are stained: its number, or the name that the plate gives it, such as "DAPI". */
const nuclei = "1";

const pipeline: Pipeline = definePipeline({
  name: "count nuclei",
  steps: [
    step("normalise", use(stackPercentileNormalize, { low: 1, high: 99 })),
    // More than the radius of a nucleus, in pixels: what is larger is taken for background.
    step("background", use(whiteTophat, { radius: 50 })),
    step("project", maxProjection),
    // Smaller objects, in pixels, are no nuclei.
    step("count", { [nuclei]: use(countCells, { minArea: 30 }) }, { groupBy: "channel" }),
  ],
});

export default pipeline;
