// Takes the background away on whatever computes fastest here, and measures every channel on the CPU.
//
//   npx platewright explain examples/any-device.ts <plate>
//   npx platewright run examples/any-device.ts <plate> --out results
//
// Each function of the first steps is a family: one for ordinary arrays, one for WebGPU devices, one for TensorFlow.js. The
// plan says which was chosen, what the others would have cost, and when arrays move. `gaussian.webgpu` would pin one.
import { definePipeline, type Pipeline, step, use } from "@platewright/core";
import { gaussian, maxProjection, percentileNormalize, whiteTophat } from "@platewright/functions/families";
import { measureImage } from "@platewright/functions/ndarray";

const pipeline: Pipeline = definePipeline({
  name: "any device",
  steps: [
    step("normalise", use(percentileNormalize, { low: 1, high: 99 })),
    step("background", [use(whiteTophat, { radius: 50 }), use(gaussian, { sigma: 2 })], {
      conversions: "auto",
    }),
    step("project", maxProjection),
    step("measure", measureImage),
  ],
});

export default pipeline;
