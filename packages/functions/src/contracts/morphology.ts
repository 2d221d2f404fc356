import { defineContract } from "@platewright/core";
import { footprintParam, reachOf, type StructuringElement, shapeParam } from "./structuring-element.ts";

/** What the morphological functions take by hand: the structuring element, or any part of it. */
export type MorphologyParams = Partial<StructuringElement>;

/** The radius, in pixels, that `erosion`, `dilation`, `opening` and `closing` take by themselves. */
export const defaultRadius = 1;

/** The radius, in pixels, that `whiteTophat` takes by itself. */
export const defaultTophatRadius = 50;

const params = {
  radius: {
    type: "integer",
    default: defaultRadius,
    minimum: 0,
    maximum: 10_000,
    description: "Radius of the structuring element, in pixels.",
  },
  shape: shapeParam,
  footprint: footprintParam,
} as const;

/** `erosion` in every memory type. */
export const erosionContract = defineContract({
  name: "erosion",
  package: "@platewright/functions",
  params,
  halo: reachOf,
  slicewise: true,
});

/** `dilation` in every memory type. */
export const dilationContract = defineContract({
  name: "dilation",
  package: "@platewright/functions",
  params,
  halo: reachOf,
  slicewise: true,
});

/** `opening` in every memory type. */
export const openingContract = defineContract({
  name: "opening",
  package: "@platewright/functions",
  params,
  halo: (element) => 2 * reachOf(element),
  slicewise: true,
});

/** `closing` in every memory type. */
export const closingContract = defineContract({
  name: "closing",
  package: "@platewright/functions",
  params,
  halo: (element) => 2 * reachOf(element),
  slicewise: true,
});

/** `whiteTophat` in every memory type. */
export const whiteTophatContract = defineContract({
  name: "whiteTophat",
  package: "@platewright/functions",
  params: {
    ...params,
    radius: {
      type: "integer",
      default: defaultTophatRadius,
      minimum: 0,
      maximum: 10_000,
      description:
        "Radius of the structuring element, in pixels: more than the radius of the objects to keep.",
    },
  },
  halo: (element) => 2 * reachOf(element),
  slicewise: true,
});
