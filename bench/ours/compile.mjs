// node compile.mjs <wells> <repeats>: compiles 20 steps for a plate of which there is nothing but the index.
import { ndarray, ndarrayBackend } from "@platewright/backend-ndarray";
import { createPlatewright, definePipeline, step, use, wellName } from "@platewright/core";
import { median } from "../lib/run-child.mjs";

const [wells, repeats] = process.argv.slice(2).map(Number);
const columns = Math.ceil(Math.sqrt(wells * 1.5));
const names = Array.from({ length: wells }, (_, i) =>
  wellName({ row: Math.floor(i / columns), column: i % columns }),
);
const upTo = (count) => Array.from({ length: count }, (_, i) => String(i + 1));
const images = names.flatMap((well) =>
  upTo(4).flatMap((site) =>
    upTo(2).flatMap((channel) =>
      upTo(3).map((z) => ({
        well,
        site,
        channel,
        z,
        timepoint: "1",
        path: `${well}_s${site}_w${channel}_z${z}.tif`,
      })),
    ),
  ),
);
const index = {
  layout: "index",
  name: "Plate",
  wells: names,
  images,
  projections: [],
  shape: [2160, 2160],
  dtype: "uint16",
  pixelSize: { x: 0.65, y: 0.65, unit: "µm" },
  missing: [],
  notes: [],
};
const storage = {
  kind: "storage",
  name: "disk",
  persistent: true,
  open: () => ({ name: "disk", persistent: true, location: "/plate", has: () => false, async *list() {} }),
  resolve: (location) => location,
  contains: () => false,
};
const layout = { kind: "layout", name: "index", detect: () => "index", index: () => index };

const smooth = ndarray(
  { name: "smooth", params: { sigma: { type: "number", minimum: 0 } }, halo: ({ sigma }) => 4 * sigma },
  (stack) => stack,
);
const project = ndarray({ name: "project", slices: "one" }, (stack) => stack);
const find = ndarray({ name: "find", specialOutputs: ["peaks"], materialize: { peaks: "csv" } }, (stack) => [
  stack,
  { peaks: [] },
]);
const take = ndarray({ name: "take", specialInputs: ["peaks", "pixelSize"] }, (stack) => stack);
const steps = [
  ...Array.from({ length: 8 }, (_, i) =>
    step(`smooth ${i}`, [use(smooth, { sigma: i }), use(smooth, { sigma: 1 })]),
  ),
  step("project", project, { checkpoint: true }),
  ...Array.from({ length: 4 }, (_, i) =>
    step(
      `channels ${i}`,
      { 1: use(smooth, { sigma: i }), 2: [use(smooth, { sigma: 2 }), use(smooth, { sigma: 3 })] },
      { groupBy: "channel" },
    ),
  ),
  step("find", find),
  step("take", take),
  step("join", use(smooth, { sigma: 1 }), { variableComponents: ["site"] }),
  ...Array.from({ length: 4 }, (_, i) =>
    step(`aside ${i}`, use(smooth, { sigma: i + 5 }), { inputSource: "project" }),
  ),
];
const pipeline = definePipeline({ name: "twenty steps", steps });

const pw = createPlatewright(ndarrayBackend(), storage, layout);
const plate = await pw.openPlate("/plate");
const times = [];
let plan;
for (let i = 0; i < repeats; i++) {
  const started = performance.now();
  plan = await pw.compile(pipeline, plate);
  times.push(performance.now() - started);
}
const json = JSON.stringify(plan);
console.log(
  JSON.stringify({ ms: median(times), first: times[0], steps: plan.steps.length, bytes: json.length }),
);
