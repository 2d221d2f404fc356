import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import type { Kernels } from "@platewright/kernels";
import {
  closingContract,
  defaultRadius,
  defaultTophatRadius,
  dilationContract,
  erosionContract,
  type MorphologyParams,
  openingContract,
  whiteTophatContract,
} from "../contracts/morphology.ts";
import { reachOf, type StructuringElement } from "../contracts/structuring-element.ts";
import { footprintOf } from "../footprint.ts";
import { kernels } from "../kernels.ts";
import { mapSlices } from "./slices.ts";
import { planes } from "./workspace.ts";

/** A free footprint may have an even side, for which slices are padded. */
const paddedPlanes = planes(({ footprint }: StructuringElement) => (footprint === undefined ? 3 : 4));

/** Grey erosion of each slice: the least value under a flat structuring element, the border reflected, as scikit-image. */
export const erosion = ndarray(
  { ...erosionContract, cost: (element) => costOf(element, 1), workspace: planes(() => 2) },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("erode", stack, given, defaultRadius),
);

/** Grey dilation of each slice: the greatest value under a flat structuring element, the border reflected, as scikit-image. */
export const dilation = ndarray(
  { ...dilationContract, cost: (element) => costOf(element, 1), workspace: planes(() => 2) },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("dilate", stack, given, defaultRadius),
);

/** Grey opening of each slice: erosion, then dilation. Removes what is bright and smaller than the structuring element. */
export const opening = ndarray(
  { ...openingContract, cost: (element) => costOf(element, 2), workspace: paddedPlanes },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("open", stack, given, defaultRadius),
);

/** Grey closing of each slice: dilation, then erosion. Fills what is dark and smaller than the structuring element. */
export const closing = ndarray(
  { ...closingContract, cost: (element) => costOf(element, 2), workspace: paddedPlanes },
  (stack: NdArray, given: MorphologyParams = {}): NdArray => run("close", stack, given, defaultRadius),
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
  { ...whiteTophatContract, cost: (element) => costOf(element, 2), workspace: planes(() => 3) },
  (stack: NdArray, given: MorphologyParams = {}): NdArray =>
    run("whiteTophat", stack, given, defaultTophatRadius),
);

function run(
  operation: "erode" | "dilate" | "open" | "close" | "whiteTophat",
  stack: NdArray,
  { radius, shape = "disk", footprint }: MorphologyParams,
  ownRadius: number,
): NdArray {
  const element = footprintOf({ radius: radius ?? ownRadius, shape, footprint });
  const shared: Kernels = kernels();
  return mapSlices(stack, "same", (slice, out) => shared[operation](slice, element, out));
}

/** Predicted nanoseconds a pixel: a rectangle's windows cost the same whatever their width, a disk grows by its outline. */
function costOf({ radius, shape, footprint }: StructuringElement, passes: number): number {
  if (footprint === undefined && shape === "square") return 0.7 * passes;
  return (0.5 + 0.075 * reachOf({ radius, shape, footprint })) * passes;
}
