import { dtypeOfTensor } from "@platewright/backend-tfjs";
import { type DType, integerRange } from "@platewright/core";
import { type Footprint, type Neighbourhood, placementsOf } from "@platewright/kernels";
import type * as Tf from "@tensorflow/tfjs-core";
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
import { padEdge } from "./border.ts";
import { slide } from "./extremum.ts";
import { mapImage } from "./images.ts";
import { tensors, tf } from "./tf.ts";

/** Grey erosion of each slice: the least value under a flat structuring element, the border reflected, as scikit-image. */
export const erosion = tensors(
  { ...erosionContract, cost: (element) => costOf(element, 1) },
  (stack: Tf.Tensor, given: MorphologyParams = {}) =>
    run(stack, given, defaultRadius, (slices, element) => least(slices, placementsOf(element).plain)),
);

/** Grey dilation of each slice: the greatest value under a flat structuring element, the border reflected, as scikit-image. */
export const dilation = tensors(
  { ...dilationContract, cost: (element) => costOf(element, 1) },
  (stack: Tf.Tensor, given: MorphologyParams = {}) =>
    run(stack, given, defaultRadius, (slices, element) => greatest(slices, placementsOf(element).plain)),
);

/** Grey opening of each slice: erosion, then dilation. Removes what is bright and smaller than the structuring element. */
export const opening = tensors(
  { ...openingContract, cost: (element) => costOf(element, 2) },
  (stack: Tf.Tensor, given: MorphologyParams = {}) =>
    run(stack, given, defaultRadius, (slices, element) =>
      onPadded(slices, element, (padded) => {
        const { plain, shifted } = placementsOf(element);
        return greatest(least(padded, plain), shifted);
      }),
    ),
);

/** Grey closing of each slice: dilation, then erosion. Fills what is dark and smaller than the structuring element. */
export const closing = tensors(
  { ...closingContract, cost: (element) => costOf(element, 2) },
  (stack: Tf.Tensor, given: MorphologyParams = {}) =>
    run(stack, given, defaultRadius, (slices, element) =>
      onPadded(slices, element, (padded) => {
        const { plain, shifted } = placementsOf(element);
        return least(greatest(padded, plain), shifted);
      }),
    ),
);

/**
 * White top-hat of each slice: the slice minus its opening, which takes away a background that changes slowly and
 * keeps what is bright and smaller than the structuring element. As skimage.morphology.white_tophat, exactly.
 */
export const whiteTophat = tensors(
  { ...whiteTophatContract, cost: (element) => costOf(element, 2) },
  (stack: Tf.Tensor, given: MorphologyParams = {}) =>
    run(stack, given, defaultTophatRadius, (slices, element) => {
      const { shifted, mirrored } = placementsOf(element);
      return wrap(tf.sub(slices, greatest(least(slices, shifted), mirrored)), dtypeOfTensor(stack));
    }),
);

/** Differences beyond a small signed dtype begin again at its other end, as in numpy. */
function wrap(differences: Tf.Tensor, dtype: DType): Tf.Tensor {
  if (dtype !== "int8" && dtype !== "int16") return differences;
  const { min, max } = integerRange(dtype) as { min: number; max: number };
  const isBeyond = tf.cast(tf.greater(differences, tf.scalar(max, "int32")), "int32");
  return tf.sub(differences, tf.mul(isBeyond, tf.scalar(max - min + 1, "int32")));
}

async function run(
  stack: Tf.Tensor,
  { radius, shape = "disk", footprint }: MorphologyParams,
  ownRadius: number,
  compute: (slices: Tf.Tensor3D, element: Footprint) => Tf.Tensor,
): Promise<Tf.Tensor> {
  const element = footprintOf({ radius: radius ?? ownRadius, shape, footprint });
  return mapImage(stack, "same", (slices) => compute(slices, element));
}

function least(slices: Tf.Tensor3D, around: Neighbourhood): Tf.Tensor3D {
  return slide(slices, around, "minimum");
}

function greatest(slices: Tf.Tensor3D, around: Neighbourhood): Tf.Tensor3D {
  return slide(slices, around, "maximum");
}

/** scikit-image repeats the edge around an image before opening or closing it with an even-sided footprint. */
function onPadded(
  slices: Tf.Tensor3D,
  { height, width }: Footprint,
  compute: (padded: Tf.Tensor3D) => Tf.Tensor3D,
): Tf.Tensor3D {
  const padY = height % 2 === 0 ? height - 1 : 0;
  const padX = width % 2 === 0 ? width - 1 : 0;
  const padded = compute(padEdge(padEdge(slices, 1, -padY, padY), 2, -padX, padX));
  return tf.slice(padded, [0, padY, padX], slices.shape);
}

/** Predicted nanoseconds a pixel on a GPU, for erosion or dilation or both. */
function costOf({ radius, shape, footprint }: StructuringElement, passes: number): number {
  const isSquare = footprint === undefined && shape === "square";
  return (isSquare ? 0.07 : 0.014 * reachOf({ radius, shape, footprint })) * passes;
}
