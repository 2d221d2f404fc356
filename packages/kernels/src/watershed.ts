import type { LabelOptions } from "./kernels.ts";
import { createPixelQueue } from "./pixel-queue.ts";
import { checkLength, checkSlice, type Pixels, type Slice } from "./pixels.ts";

/** Where and how a watershed floods. */
export interface WatershedOptions {
  /** Only pixels that are not zero here are flooded, same shape as the image. Default: all. */
  readonly mask?: Pixels;
  /** 4 floods over edges, 8 over corners too. Default: 4, as scikit-image. */
  readonly connectivity?: LabelOptions["connectivity"];
}

/**
 * Floods an image from markers, lowest pixels first: `labels` holds the markers (> 0) on entry and every reached
 * pixel's label on return. Equal values are taken in order of arrival, with scikit-image's own queue, so labels equal
 * skimage.segmentation.watershed 0.19 (compactness 0, no watershed line). Markers outside the mask are removed.
 * Source: P. Soille, L. Vincent, Signal Processing 20 (1990).
 */
export function watershed(image: Slice, labels: Int32Array, options: WatershedOptions = {}): Int32Array {
  checkSlice("watershed", image);
  const { data, width, height } = image;
  checkLength("watershed", "labels", labels, data.length);
  const { mask, connectivity = 4 } = options;
  if (mask) checkLength("watershed", "mask", mask, data.length);

  const queue = createPixelQueue(data);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    if (mask && mask[at] === 0) labels[at] = 0;
    else queue.push(at, 0);
  }
  const [dy, dx] = connectivity === 8 ? EIGHT : FOUR;
  let age = 1;
  while (queue.size() > 0) {
    const at = queue.pop();
    const label = labels[at] as number;
    const y = Math.floor(at / width);
    const x = at - y * width;
    for (let n = 0; n < dy.length; n++) {
      const ny = y + (dy[n] as number);
      const nx = x + (dx[n] as number);
      if (ny < 0 || ny >= height || nx < 0 || nx >= width) continue;
      const neighbour = ny * width + nx;
      if (labels[neighbour] !== 0 || (mask && mask[neighbour] === 0)) continue;
      labels[neighbour] = label;
      queue.push(neighbour, ++age);
    }
  }
  return labels;
}

// Nearest neighbours first, each ring in raster order: the order decides between equal arrivals.
const FOUR = [
  [-1, 0, 0, 1],
  [0, -1, 1, 0],
] as const;
const EIGHT = [
  [-1, 0, 0, 1, -1, -1, 1, 1],
  [0, -1, 1, 0, -1, 1, -1, 1],
] as const;
