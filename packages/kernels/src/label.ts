import type { LabelOptions, LabelRegionsOptions, RegionTable } from "./kernels.ts";
import { checkLength, checkSlice, type Slice } from "./pixels.ts";
import type { FindRuns, LabelledRuns } from "./plain/find-runs.ts";
import { measureRuns } from "./region-table.ts";

interface Labelling {
  label(slice: Slice, out: Int32Array, options?: LabelOptions): number;
  labelRegions(slice: Slice, options?: LabelRegionsOptions): RegionTable;
}

/** Connected-component labelling and measuring on top of one implementation's labelled runs. */
export function createLabelling(findRuns: FindRuns): Labelling {
  return {
    label(slice, out, { threshold = 0, connectivity = 8 } = {}) {
      checkSlice("label", slice);
      checkLength("label", "out", out, slice.data.length);
      const found = findRuns(slice, threshold, connectivity);
      paint(found, undefined, slice.width, out);
      return found.regions;
    },
    labelRegions(slice, options = {}) {
      const { threshold = 0, connectivity = 8, minArea = 1, intensity = slice.data, out } = options;
      checkSlice("labelRegions", slice);
      checkLength("labelRegions", "intensity", intensity, slice.data.length);
      if (out) checkLength("labelRegions", "out", out, slice.data.length);
      const found = findRuns(slice, threshold, connectivity);
      const { renumber, count } = keepLarge(found, minArea);
      const table = measureRuns(found, renumber, count, slice.width, intensity);
      if (out) paint(found, renumber, slice.width, out);
      return table;
    },
  };
}

function keepLarge(
  { records, runs, regions }: LabelledRuns,
  minArea: number,
): { renumber: Int32Array; count: number } {
  const area = new Float64Array(regions + 1);
  for (let run = 0; run < runs; run++) {
    const label = records[run * 4 + 3] as number;
    area[label] =
      (area[label] as number) + (records[run * 4 + 2] as number) - (records[run * 4 + 1] as number);
  }
  const renumber = new Int32Array(regions + 1);
  let count = 0;
  for (let label = 1; label <= regions; label++)
    if ((area[label] as number) >= minArea) renumber[label] = ++count;
  return { renumber, count };
}

function paint(
  { records, runs }: LabelledRuns,
  renumber: Int32Array | undefined,
  width: number,
  out: Int32Array,
): void {
  out.fill(0);
  for (let run = 0; run < runs; run++) {
    const found = records[run * 4 + 3] as number;
    const label = renumber ? (renumber[found] as number) : found;
    const start = (records[run * 4] as number) * width;
    const end = start + (records[run * 4 + 2] as number);
    // A call of fill costs more than a short run.
    for (let at = start + (records[run * 4 + 1] as number); at < end; at++) out[at] = label;
  }
}
