// Measures every channel of every site as the microscope took it, and blends the channels into one picture.
//
//   npx platewright run examples/measure-channels.ts <plate> --out results
//
// results/tables/measurements.csv has a row for each site and channel: mean, median, Otsu's threshold, … of the
// projection, in the camera's own grey values. results/images/blend has a picture of each site.
import { definePipeline, type Pipeline, step } from "@platewright/core";
import { composite, maxProjection, measureImage, percentileNormalize } from "@platewright/functions/ndarray";

const pipeline: Pipeline = definePipeline({
  name: "measure channels",
  steps: [
    step("project", maxProjection),
    step("measure", measureImage),
    // From here on for the eye only: channels of different brightness would drown each other.
    step("stretch", percentileNormalize),
    // Stacks of channels instead of planes. Weights, one a channel, are given as use(composite, { weights: [0.7, 0.3] }).
    step("blend", composite, { variableComponents: ["channel"] }),
  ],
});

export default pipeline;
