// Takes the uneven background out of every channel and projects along z; all projections are kept as images.
//
//   npx platewright run examples/correct-background.ts <plate> --out results
//
// results/images/project has a TIFF for each site and channel, with the plate's own pixel size, to look at or go on with;
// --set compression=deflate packs them.
import { definePipeline, type Pipeline, step, use } from "@platewright/core";
import {
  gaussian,
  maxProjection,
  stackPercentileNormalize,
  whiteTophat,
} from "@platewright/functions/ndarray";

const pipeline: Pipeline = definePipeline({
  name: "correct background",
  steps: [
    step("normalise", use(stackPercentileNormalize, { low: 1, high: 99.8 })),
    // A chain in one step: the top-hat takes away what is wider than 2 · 50 pixels, the gaussian the camera's noise.
    step("background", [use(whiteTophat, { radius: 50 }), use(gaussian, { sigma: 1 })]),
    step("project", maxProjection),
  ],
});

export default pipeline;
