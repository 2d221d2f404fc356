import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { PlatewrightError, type PolygonRoi, type RoiPoint } from "@platewright/core";
import { checkImage, withDense } from "./slices.ts";

/**
 * The outline of each labelled object, as a polygon along the edges of its pixels, named by its label: what `label`,
 * `watershedSplit` and `countCells` give, handed on as it came. Holes are not part of it; pixels that touch at a corner
 * belong together. Kept as zips for ImageJ's ROI manager.
 */
export const traceOutlines = ndarray(
  {
    name: "traceOutlines",
    package: "@platewright/functions",
    unit: "slice",
    handsOn: true,
    image: "labels",
    specialOutputs: ["outlines"],
    materialize: { outlines: "roi" },
  },
  (labels: NdArray): readonly [labels: NdArray, outputs: { readonly outlines: readonly PolygonRoi[] }] => {
    checkImage(labels);
    const [height, width] = labels.shape;
    if (labels.dimension !== 2 || height === undefined || width === undefined) {
      throw new PlatewrightError(
        "array",
        `traceOutlines takes one slice [Y, X]; this has the shape (${labels.shape.join(", ")}). By hand, call it with stack.pick(z, null, null).`,
        { shape: [...labels.shape] },
      );
    }
    return [labels, { outlines: withDense(labels, ({ data }) => outlinesIn({ data, height, width })) }];
  },
);

interface LabelImage {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

function outlinesIn(image: LabelImage): readonly PolygonRoi[] {
  const first = new Map<number, number>();
  for (let at = 0; at < image.data.length; at++) {
    const label = image.data[at] as number;
    if (label > 0 && !first.has(label)) first.set(label, at);
  }
  return [...first]
    .sort(([a], [b]) => a - b)
    .map(([label, at]) => ({ type: "polygon", name: String(label), points: trace(image, label, at) }));
}

/** East, south, west, north. */
const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
/** The pixel to the left ahead, and that to the right, seen from a corner of pixels in each direction. */
const leftAhead = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
] as const;
const rightAhead = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const;

/** Walks around an object with its pixels to the right, from the upper left corner of its first pixel (crack following; Rosenfeld & Kak, Digital Picture Processing, 1982). */
function trace({ data, height, width }: LabelImage, label: number, start: number): readonly RoiPoint[] {
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === label;
  const points: RoiPoint[] = [];
  const [x0, y0] = [start % width, Math.floor(start / width)];
  let [x, y, direction] = [x0, y0, 0];
  do {
    points.push([x, y]);
    let next = direction;
    do {
      const [dx, dy] = steps[direction] as (typeof steps)[number];
      x += dx;
      y += dy;
      const [lx, ly] = leftAhead[direction] as (typeof leftAhead)[number];
      const [rx, ry] = rightAhead[direction] as (typeof rightAhead)[number];
      if (isInside(x + lx, y + ly)) next = (direction + 3) % 4;
      else if (!isInside(x + rx, y + ry)) next = (direction + 1) % 4;
    } while (next === direction);
    direction = next;
  } while (x !== x0 || y !== y0);
  return points;
}
