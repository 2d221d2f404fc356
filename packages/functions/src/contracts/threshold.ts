import { defineContract } from "@platewright/core";

/** Where `threshold` cuts. */
export interface ThresholdParams {
  /** Pixels strictly above this grey value are foreground. */
  readonly value: number;
}

/** `threshold` in every memory type. */
export const thresholdContract = defineContract({
  name: "threshold",
  package: "@platewright/functions",
  params: {
    value: {
      type: "number",
      description: "Pixels strictly above this grey value are foreground.",
    },
  },
  halo: 0,
  slicewise: true,
  dtype: "bool",
});

/** `otsuThreshold` in every memory type. */
export const otsuThresholdContract = defineContract({
  name: "otsuThreshold",
  package: "@platewright/functions",
  slicewise: true,
  dtype: "bool",
});
