import { defineContract, PlatewrightError } from "@platewright/core";

/** How `projection` puts the slices together. */
export interface ProjectionParams {
  /** Default `"max"`. */
  readonly method?: "max" | "min" | "mean";
}

/** `maxProjection` in every memory type. */
export const maxProjectionContract = defineContract({
  name: "maxProjection",
  package: "@platewright/functions",
  slices: "one",
  halo: 0,
});

/** `minProjection` in every memory type. */
export const minProjectionContract = defineContract({
  name: "minProjection",
  package: "@platewright/functions",
  slices: "one",
  halo: 0,
});

/** `meanProjection` in every memory type. */
export const meanProjectionContract = defineContract({
  name: "meanProjection",
  package: "@platewright/functions",
  slices: "one",
  halo: 0,
});

/** `sumProjection` in every memory type. */
export const sumProjectionContract = defineContract({
  name: "sumProjection",
  package: "@platewright/functions",
  slices: "one",
  halo: 0,
  dtype: "float32",
});

/** `projection` in every memory type. */
export const projectionContract = defineContract({
  name: "projection",
  package: "@platewright/functions",
  params: {
    method: {
      enum: ["max", "min", "mean"],
      default: "max",
      description:
        "What is kept of the values along z. For sums, which need another dtype, use sumProjection.",
    },
  },
  slices: "one",
  halo: 0,
});

/** The error for a method that `projection` does not know. */
export function unknownMethod(method: never): PlatewrightError {
  return new PlatewrightError(
    "parameter",
    `projection knows no method "${String(method)}". Choose one of max, min, mean.`,
    { method },
  );
}
