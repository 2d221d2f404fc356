import { allocate, type Pixels, type Slice } from "../pixels.ts";

/**
 * The foreground as horizontal runs in raster order, each with the number of its region. Record `i` lies at
 * `records[4 * i]`: row y, first column, one past the last column, label (from 1, in raster order of first pixels).
 */
export interface LabelledRuns {
  readonly regions: number;
  readonly runs: number;
  /** Valid until the next kernel call: it may be a view over scratch memory. */
  readonly records: Int32Array;
}

/** Finds the labelled runs of the pixels strictly above a threshold. */
export type FindRuns = (slice: Slice, threshold: number, connectivity: 4 | 8) => LabelledRuns;

/**
 * Labels runs by union-find, one row against the row before it, in plain TypeScript.
 * Source: L. He, Y. Chao, K. Suzuki, IEEE Trans. Image Process. 17 (2008), run-based two-scan labelling.
 */
export const findRuns: FindRuns = (slice, threshold, connectivity) => {
  const { width, height, data } = slice;
  const most = height * ((width + 1) >> 1) * 4;
  let records: Int32Array = new Int32Array(Math.min(4096, most));
  let runs = 0;
  const reach = connectivity === 8 ? 1 : 0;
  let above = 0;
  for (let y = 0; y < height; y++) {
    const begin = runs;
    const needed = (runs + ((width + 1) >> 1)) * 4;
    if (needed > records.length) {
      const larger = allocate(Int32Array, Math.min(Math.max(needed, records.length * 2), most));
      larger.set(records);
      records = larger;
    }
    runs = scanRow(data, y, width, threshold, records, runs);
    joinRows(records, above, begin, begin, runs, reach);
    above = begin;
  }
  return { regions: numberRegions(records, runs), runs, records };
};

function scanRow(
  data: Pixels,
  y: number,
  width: number,
  threshold: number,
  records: Int32Array,
  from: number,
): number {
  let run = from;
  const start = y * width;
  for (let x = 0; x < width; x++) {
    if (!((data[start + x] as number) > threshold)) continue;
    const first = x;
    while (x < width && (data[start + x] as number) > threshold) x++;
    records[run * 4] = y;
    records[run * 4 + 1] = first;
    records[run * 4 + 2] = x;
    // Until the regions are numbered, the fourth field is the parent run.
    records[run * 4 + 3] = run;
    run++;
  }
  return run;
}

function joinRows(
  records: Int32Array,
  upper: number,
  upperEnd: number,
  lower: number,
  lowerEnd: number,
  reach: number,
): void {
  let i = upper;
  let j = lower;
  while (i < upperEnd && j < lowerEnd) {
    const upperLast = records[i * 4 + 2] as number;
    const lowerLast = records[j * 4 + 2] as number;
    const touches =
      (records[i * 4 + 1] as number) < lowerLast + reach &&
      upperLast + reach > (records[j * 4 + 1] as number);
    if (touches) join(records, i, j);
    if (upperLast < lowerLast) i++;
    else j++;
  }
}

// The root is always the earliest run, so that numbering roots in order numbers regions in raster order.
function join(records: Int32Array, a: number, b: number): void {
  const rootA = findRoot(records, a);
  const rootB = findRoot(records, b);
  if (rootA < rootB) records[rootB * 4 + 3] = rootA;
  else records[rootA * 4 + 3] = rootB;
}

function findRoot(records: Int32Array, run: number): number {
  let at = run;
  for (;;) {
    const parent = records[at * 4 + 3] as number;
    if (parent === at) return at;
    const grandparent = records[parent * 4 + 3] as number;
    records[at * 4 + 3] = grandparent;
    at = grandparent;
  }
}

// A parent comes before its run, so its field already holds a label when the run is reached.
function numberRegions(records: Int32Array, runs: number): number {
  let regions = 0;
  for (let run = 0; run < runs; run++) {
    const parent = records[run * 4 + 3] as number;
    records[run * 4 + 3] = parent === run ? ++regions : (records[parent * 4 + 3] as number);
  }
  return regions;
}
