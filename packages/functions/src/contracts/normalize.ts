import { defineContract, PlatewrightError } from "@platewright/core";

/** Which percentiles become black and white. */
export interface PercentileParams {
  /** Percentile (0–100) that becomes 0. Default 1. */
  readonly low?: number;
  /** Percentile (0–100) that becomes the greatest value. Default 99. */
  readonly high?: number;
}

const params = {
  low: {
    type: "number",
    default: 1,
    minimum: 0,
    maximum: 100,
    description: "Percentile that becomes 0; what is darker becomes 0 too.",
  },
  high: {
    type: "number",
    default: 99,
    minimum: 0,
    maximum: 100,
    description: "Percentile that becomes the greatest value; what is brighter becomes it too.",
  },
} as const;

/** `percentileNormalize` in every memory type. */
export const percentileNormalizeContract = defineContract({
  name: "percentileNormalize",
  package: "@platewright/functions",
  params,
  slicewise: true,
});

/** `stackPercentileNormalize` in every memory type. */
export const stackPercentileNormalizeContract = defineContract({
  name: "stackPercentileNormalize",
  package: "@platewright/functions",
  params,
});

/** Throws "parameter" where the percentiles, in %, leave nothing between them. */
export function checkPercentiles(name: string, low: number, high: number): void {
  if (low < high) return;
  throw new PlatewrightError(
    "parameter",
    `${name}: low is ${low} and high is ${high}. Choose a low percentile below the high one, such as 1 and 99.`,
    { low, high },
  );
}

/** The error for percentiles of a mask. */
export function maskHasNoPercentiles(): PlatewrightError {
  return new PlatewrightError(
    "dtype",
    "A bool mask has no percentiles. Normalise the image it was made from.",
  );
}
