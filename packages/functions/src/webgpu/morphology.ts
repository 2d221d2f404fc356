import { compute, type GpuArray, webgpu } from "@platewright/backend-webgpu";
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
import { type Operation, runMorphology } from "./morphology/run-morphology.ts";
import { scratchArrays } from "./workspace.ts";

type Context = { readonly signal: AbortSignal };

/** Grey erosion of each slice: the least value under a flat structuring element, the border reflected, as scikit-image. */
export const erosion = webgpu(
  { ...erosionContract, cost: (element) => costOf(element, 1), workspace: scratchArrays(5) },
  (stack: GpuArray, given: MorphologyParams = {}, context?: Context) =>
    run("erode", stack, given, defaultRadius, context),
);

/** Grey dilation of each slice: the greatest value under a flat structuring element, the border reflected, as scikit-image. */
export const dilation = webgpu(
  { ...dilationContract, cost: (element) => costOf(element, 1), workspace: scratchArrays(5) },
  (stack: GpuArray, given: MorphologyParams = {}, context?: Context) =>
    run("dilate", stack, given, defaultRadius, context),
);

/** Grey opening of each slice: erosion, then dilation. Removes what is bright and smaller than the structuring element. */
export const opening = webgpu(
  { ...openingContract, cost: (element) => costOf(element, 2), workspace: scratchArrays(6) },
  (stack: GpuArray, given: MorphologyParams = {}, context?: Context) =>
    run("open", stack, given, defaultRadius, context),
);

/** Grey closing of each slice: dilation, then erosion. Fills what is dark and smaller than the structuring element. */
export const closing = webgpu(
  { ...closingContract, cost: (element) => costOf(element, 2), workspace: scratchArrays(6) },
  (stack: GpuArray, given: MorphologyParams = {}, context?: Context) =>
    run("close", stack, given, defaultRadius, context),
);

/**
 * White top-hat of each slice: the slice minus its opening, which takes away a background that changes slowly and
 * keeps what is bright and smaller than the structuring element. As skimage.morphology.white_tophat, bit for bit.
 */
export const whiteTophat = webgpu(
  { ...whiteTophatContract, cost: (element) => costOf(element, 2), workspace: scratchArrays(7) },
  (stack: GpuArray, given: MorphologyParams = {}, context?: Context) =>
    run("whiteTophat", stack, given, defaultTophatRadius, context),
);

async function run(
  operation: Operation,
  stack: GpuArray,
  { radius, shape = "disk", footprint }: MorphologyParams,
  ownRadius: number,
  context: Context | undefined,
): Promise<GpuArray> {
  const element = footprintOf({ radius: radius ?? ownRadius, shape, footprint });
  return compute(stack.gpu, (c) => runMorphology(c, stack, operation, element), context);
}

// A square takes a shader for each fourfold growth of its side along both axes; any other shape loads about as many
// values as its outline has pixels.
function costOf(element: StructuringElement, passes: number): number {
  const reach = reachOf(element) + 1;
  const isSquare = element.shape === "square" && element.footprint === undefined;
  return passes * (isSquare ? 0.006 * Math.log2(reach + 1) : 0.02 + 0.0008 * reach);
}
