import type { RegionTable } from "./kernels.ts";
import { checkLength, checkSlice, type Pixels, type Slice } from "./pixels.ts";
import type { LabelledRuns } from "./plain/find-runs.ts";

/**
 * Measures the regions of a label image (0 = background, labels 1 … count), with the intensities under them if an
 * image of the same shape is given. Labels that do not occur have area 0, NaN centroids and an empty box.
 * Agrees with skimage.measure.regionprops: area, centroid, bbox, intensity_mean, _min and _max, NaN where a pixel is.
 * @throws RangeError when the shapes differ or a label is outside 0 … count.
 */
export function regionProperties(labels: Slice<Int32Array>, count: number, intensity?: Pixels): RegionTable {
  checkSlice("regionProperties", labels);
  if (intensity) checkLength("regionProperties", "intensity", intensity, labels.data.length);
  const table = createTable(count);
  const { data, width, height } = labels;
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let x = 0; x < width; x++) {
      const label = data[start + x] as number;
      if (label === 0) continue;
      if (label < 0 || label > count)
        throw new RangeError(
          `regionProperties: label ${label} at row ${y}, column ${x} is outside 0–${count}. Pass the count that label() returned.`,
        );
      const first = x;
      while (x + 1 < width && data[start + x + 1] === label) x++;
      addRun(table, label - 1, y, first, x + 1);
      if (intensity) addIntensity(table, label - 1, intensity, start + first, start + x + 1);
    }
  }
  return finish(table);
}

/** Measures labelled runs, skipping those whose label `renumber` maps to 0. */
export function measureRuns(
  { records, runs }: LabelledRuns,
  renumber: Int32Array,
  count: number,
  width: number,
  intensity: Pixels,
): RegionTable {
  const table = createTable(count);
  for (let run = 0; run < runs; run++) {
    const label = renumber[records[run * 4 + 3] as number] as number;
    if (label === 0) continue;
    const y = records[run * 4] as number;
    const x0 = records[run * 4 + 1] as number;
    const x1 = records[run * 4 + 2] as number;
    addRun(table, label - 1, y, x0, x1);
    addIntensity(table, label - 1, intensity, y * width + x0, y * width + x1);
  }
  return finish(table);
}

function createTable(count: number): RegionTable {
  return {
    count,
    area: new Uint32Array(count),
    centroidY: new Float64Array(count),
    centroidX: new Float64Array(count),
    minRow: new Int32Array(count),
    minCol: new Int32Array(count).fill(2147483647),
    maxRow: new Int32Array(count),
    maxCol: new Int32Array(count),
    sumIntensity: new Float64Array(count),
    meanIntensity: new Float64Array(count),
    minIntensity: new Float64Array(count),
    maxIntensity: new Float64Array(count),
  };
}

// Until the end, the centroid columns hold sums of coordinates: whole or half numbers, so they stay exact.
function addRun(table: RegionTable, i: number, y: number, x0: number, x1: number): void {
  const length = x1 - x0;
  if (table.area[i] === 0) table.minRow[i] = y;
  table.maxRow[i] = y + 1;
  if (x0 < (table.minCol[i] as number)) table.minCol[i] = x0;
  if (x1 > (table.maxCol[i] as number)) table.maxCol[i] = x1;
  table.area[i] = (table.area[i] as number) + length;
  table.centroidY[i] = (table.centroidY[i] as number) + y * length;
  table.centroidX[i] = (table.centroidX[i] as number) + ((x0 + x1 - 1) * length) / 2;
}

// Called after addRun: a region whose area is no more than this run has met its first intensity.
function addIntensity(table: RegionTable, i: number, intensity: Pixels, from: number, to: number): void {
  const isFirst = table.area[i] === to - from;
  let least = isFirst ? Number.POSITIVE_INFINITY : (table.minIntensity[i] as number);
  let most = isFirst ? Number.NEGATIVE_INFINITY : (table.maxIntensity[i] as number);
  let sum = 0;
  for (let at = from; at < to; at++) {
    const v = intensity[at] as number;
    sum += v;
    if (v < least || Number.isNaN(v)) least = v;
    if (v > most || Number.isNaN(v)) most = v;
  }
  table.sumIntensity[i] = (table.sumIntensity[i] as number) + sum;
  table.minIntensity[i] = least;
  table.maxIntensity[i] = most;
}

function finish(table: RegionTable): RegionTable {
  for (let i = 0; i < table.count; i++) {
    const area = table.area[i] as number;
    if (area === 0) table.minCol[i] = 0;
    table.centroidY[i] = (table.centroidY[i] as number) / area;
    table.centroidX[i] = (table.centroidX[i] as number) / area;
    table.meanIntensity[i] = (table.sumIntensity[i] as number) / area;
  }
  return table;
}
