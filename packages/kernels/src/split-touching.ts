import { defaultKernels } from "./create-kernels.ts";
import { distanceTransform } from "./distance-transform.ts";
import type { Kernels, RegionTable } from "./kernels.ts";
import { createPeakRoom, markPeaks } from "./peak-markers.ts";
import { allocate, checkLength, checkSlice, type Slice } from "./pixels.ts";
import { watershed } from "./watershed.ts";

/** How eagerly touching objects are split. */
export interface SplitTouchingOptions {
  /** Sigma, in pixels, of the gaussian that smooths the distance map. Default: 2. */
  readonly smoothing?: number;
  /** A part's radius must exceed half the width of the neck to its neighbour by this many pixels. Default: 0.5. */
  readonly h?: number;
  /** Where the distance map lies meanwhile, of any content, as long as the mask. Default: a new array. */
  readonly distance?: Float32Array;
  /** The kernels to smooth with. Default: those of this thread. */
  readonly kernels?: Kernels;
}

/**
 * Splits touching round objects of a mask: the watershed of its smoothed Euclidean distance from the peaks that stand
 * out. The defaults suit round cells of 8 to 30 pixels radius. Writes labels from 1 in raster order of their first pixels, 0 = background, and returns how many.
 */
export function splitTouching(mask: Slice, out: Int32Array, options: SplitTouchingOptions = {}): number {
  checkSlice("splitTouching", mask);
  checkLength("splitTouching", "out", out, mask.data.length);
  const { smoothing = 2, h = 0.5, kernels = defaultKernels() } = options;
  const { width, height } = mask;
  const { distance: room = allocate(Float32Array, mask.data.length) } = options;
  const distance = distanceTransform(mask, room);
  if (distance[0] === Number.POSITIVE_INFINITY) {
    out.fill(1);
    return 1;
  }
  const relief = { data: distance, width, height };
  const regions = kernels.labelRegions(relief, { out });
  kernels.gaussian(relief, smoothing, distance);
  const count = splitRegions(relief, regions, out, h);
  renumber(out, count);
  return count;
}

/**
 * Splits each region by itself, in a box that the cache holds. `labels` holds the regions' numbers on entry, and on return
 * those of the parts, negative, region by region. Returns how many parts there are.
 */
function splitRegions(
  relief: Slice<Float32Array>,
  regions: RegionTable,
  labels: Int32Array,
  h: number,
): number {
  const boxes = Array.from({ length: regions.count }, (_, region) => boxOf(regions, region));
  const largest = boxes.reduce((size, { width, height }) => Math.max(size, width * height), 0);
  const scratch = {
    data: allocate(Float32Array, largest),
    mask: allocate(Uint8Array, largest),
    markers: allocate(Int32Array, largest),
  };
  const room = createPeakRoom(largest);
  let parts = 0;
  boxes.forEach((box, index) => {
    const { width, height } = box;
    const size = width * height;
    const data = scratch.data.subarray(0, size);
    const mask = scratch.mask.subarray(0, size);
    const markers = scratch.markers.subarray(0, size);
    for (let y = 0; y < height; y++) {
      const row = placeOf(box, y, relief.width);
      for (let x = 0; x < width; x++) {
        mask[y * width + x] = labels[row + x] === index + 1 ? 1 : 0;
        data[y * width + x] = relief.data[row + x] as number;
      }
    }
    const found = markPeaks({ data, width, height }, markers, { mask, h }, room);
    if (found > 1) {
      for (let at = 0; at < size; at++) data[at] = -(data[at] as number);
      watershed({ data, width, height }, markers, { mask, connectivity: 8 });
    } else markers.fill(1);
    for (let y = 0; y < height; y++) {
      const row = placeOf(box, y, relief.width);
      for (let x = 0; x < width; x++)
        if (mask[y * width + x] !== 0) labels[row + x] = -(parts + (markers[y * width + x] as number));
    }
    parts += found;
  });
  return parts;
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

function boxOf({ minRow, minCol, maxRow, maxCol }: RegionTable, region: number): Box {
  const [top, left] = [minRow[region] as number, minCol[region] as number];
  return { top, left, width: (maxCol[region] as number) - left, height: (maxRow[region] as number) - top };
}

/** Where row `y` of a box begins in its image. */
function placeOf({ top, left }: Box, y: number, imageWidth: number): number {
  return (top + y) * imageWidth + left;
}

/** Numbers the parts, negative on entry, by their first pixels. */
function renumber(labels: Int32Array, count: number): void {
  const order = new Int32Array(count + 1);
  let next = 0;
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at] as number;
    if (label === 0) continue;
    if (order[-label] === 0) order[-label] = ++next;
    labels[at] = order[-label] as number;
  }
}
