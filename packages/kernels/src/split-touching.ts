import { defaultKernels } from "./create-kernels.ts";
import { distanceTransform } from "./distance-transform.ts";
import type { Kernels } from "./kernels.ts";
import { peakMarkers } from "./peak-markers.ts";
import { checkLength, checkSlice, type Slice } from "./pixels.ts";
import { watershed } from "./watershed.ts";

/** How eagerly touching objects are split. */
export interface SplitTouchingOptions {
  /** Sigma, in pixels, of the gaussian that smooths the distance map. Default: 2. */
  readonly smoothing?: number;
  /** A part's radius must exceed half the width of the neck to its neighbour by this many pixels. Default: 0.5. */
  readonly h?: number;
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
  const distance = distanceTransform(mask, new Float32Array(mask.data.length));
  if (distance[0] === Number.POSITIVE_INFINITY) {
    out.fill(1);
    return 1;
  }
  const relief = { data: distance, width, height };
  kernels.gaussian(relief, smoothing, distance);
  const count = peakMarkers(relief, out, { mask: mask.data, h });
  for (let at = 0; at < distance.length; at++) distance[at] = -(distance[at] as number);
  watershed(relief, out, { mask: mask.data, connectivity: 8 });
  renumber(out, count);
  return count;
}

function renumber(labels: Int32Array, count: number): void {
  const order = new Int32Array(count + 1);
  let next = 0;
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at] as number;
    if (label === 0) continue;
    if (order[label] === 0) order[label] = ++next;
    labels[at] = order[label] as number;
  }
}
