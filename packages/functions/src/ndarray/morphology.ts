import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import type { Kernels } from "@platewright/kernels";
import { kernels } from "./kernels.ts";
import { mapSlices } from "./slices.ts";
import {
  footprintOf,
  footprintParam,
  reachOf,
  type StructuringElement,
  shapeParam,
} from "./structuring-element.ts";

/** What the morphological functions take by hand: the structuring element, or any part of it. */
export type MorphologyParams = Partial<StructuringElement>;

const radiusParam = {
  type: "integer",
  default: 1,
  minimum: 0,
  description: "Radius of the structuring element, in pixels.",
} as const;

const params = { radius: radiusParam, shape: shapeParam, footprint: footprintParam } as const;

/** Grey erosion of each slice: the least value under a flat structuring element, the border reflected, as scikit-image. */
export const erosion = ndarray(
  { name: "erosion", package: "@platewright/functions", params, halo: reachOf },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("erode", stack, given, 1),
);

/** Grey dilation of each slice: the greatest value under a flat structuring element, the border reflected, as scikit-image. */
export const dilation = ndarray(
  { name: "dilation", package: "@platewright/functions", params, halo: reachOf },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("dilate", stack, given, 1),
);

/** Grey opening of each slice: erosion, then dilation. Removes what is bright and smaller than the structuring element. */
export const opening = ndarray(
  { name: "opening", package: "@platewright/functions", params, halo: (element) => 2 * reachOf(element) },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("open", stack, given, 1),
);

/** Grey closing of each slice: dilation, then erosion. Fills what is dark and smaller than the structuring element. */
export const closing = ndarray(
  { name: "closing", package: "@platewright/functions", params, halo: (element) => 2 * reachOf(element) },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("close", stack, given, 1),
);

/**
 * White top-hat of each slice: the slice minus its opening, which takes away a background that changes slowly and
 * keeps what is bright and smaller than the structuring element. As skimage.morphology.white_tophat, bit for bit.
 *
 * @example
 * step("background", use(whiteTophat, { radius: 25 }))
 * whiteTophat(stack, { radius: 25, shape: "square" })
 */
export const whiteTophat = ndarray(
  {
    name: "whiteTophat",
    package: "@platewright/functions",
    params: {
      ...params,
      radius: {
        ...radiusParam,
        default: 50,
        description:
          "Radius of the structuring element, in pixels: more than the radius of the objects to keep.",
      },
    },
    halo: (element) => 2 * reachOf(element),
  },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("whiteTophat", stack, given, 50),
);

function run(
  operation: "erode" | "dilate" | "open" | "close" | "whiteTophat",
  stack: NdArray,
  { radius, shape = "disk", footprint }: MorphologyParams,
  defaultRadius: number,
): NdArray {
  const element = footprintOf({ radius: radius ?? defaultRadius, shape, footprint });
  const shared: Kernels = kernels();
  return mapSlices(stack, "same", (slice, out) => shared[operation](slice, element, out));
}
