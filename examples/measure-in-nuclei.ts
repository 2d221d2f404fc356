// Finds the nuclei on channel 1 and measures every channel in each of them, such as a reporter that moves into the nucleus.
//
//   npx platewright run examples/measure-in-nuclei.ts <plate> --out results
//
// results/tables/nuclei.csv has a row for each nucleus, with mean_1, mean_2, … in the camera's own grey values;
// results/images/measure has the label images. Its function is declared here, as one of yours would be.
import { type NdArray, ndarray, toDense, wrap } from "@platewright/backend-ndarray";
import { definePipeline, type Pipeline, step, use } from "@platewright/core";
import { countCells, maxProjection } from "@platewright/functions/ndarray";

/** A row of the table: the nucleus, its size, and the mean of each channel in it. */
type NucleusRow = Record<string, number>;

/** Takes the channels of a site, [C, Y, X]; gives the labels of the nuclei, [1, Y, X], and a row for each nucleus. */
const measureInNuclei = ndarray(
  {
    name: "measureInNuclei",
    params: {
      nuclei: {
        type: "integer",
        default: 1,
        minimum: 1,
        description: "The channel with the nuclei, from 1.",
      },
      minArea: {
        type: "integer",
        default: 30,
        minimum: 1,
        description: "Smaller objects, in pixels, are no nuclei.",
      },
    },
    slices: "one",
    dtype: "int32",
    image: "labels",
    specialOutputs: ["nuclei"],
    materialize: { nuclei: "csv" },
  },
  (
    channels: NdArray,
    { nuclei = 1, minArea = 30 }: { readonly nuclei?: number; readonly minArea?: number } = {},
  ): readonly [labels: NdArray, outputs: { readonly nuclei: readonly NucleusRow[] }] => {
    const [count = 0, height = 0, width = 0] = channels.shape;
    if (nuclei > count) throw new Error(`There is no channel ${nuclei} with nuclei: the site has ${count}.`);
    const [found, { cells }] = countCells(channels.pick(nuclei - 1, null, null), { minArea });
    const labels = toDense(found);
    const rows = cells.map((cell): NucleusRow => ({ label: cell.label, area_px: cell.area_px }));
    for (let channel = 1; channel <= count; channel++) {
      const pixels = toDense(channels.pick(channel - 1, null, null));
      const sums = new Float64Array(cells.length + 1);
      for (let at = 0; at < labels.length; at++) {
        const label = Number(labels[at]);
        sums[label] = (sums[label] ?? 0) + Number(pixels[at]);
      }
      // Labels count from 1 in the order of the rows; what lies in 0 is background.
      for (const row of rows) row[`mean_${channel}`] = (sums[Number(row.label)] ?? 0) / Number(row.area_px);
    }
    return [wrap([1, height, width], "int32", labels), { nuclei: rows }];
  },
);

const pipeline: Pipeline = definePipeline({
  name: "measure in nuclei",
  steps: [
    step("project", maxProjection),
    // Stacks of channels instead of planes: the function sees all channels of a site at once.
    step("measure", use(measureInNuclei, { nuclei: 1, minArea: 30 }), { variableComponents: ["channel"] }),
  ],
});

export default pipeline;
