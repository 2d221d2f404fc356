import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import type { Pixels } from "@platewright/kernels";
import { otsuOf } from "./otsu.ts";
import { mapSlices } from "./slices.ts";

/** Where `threshold` cuts. */
export interface ThresholdParams {
  /** Pixels strictly above this grey value are foreground. */
  readonly value: number;
}

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = ndarray(
  {
    name: "threshold",
    package: "@platewright/functions",
    params: {
      value: {
        type: "number",
        description: "Pixels strictly above this grey value are foreground.",
      },
    },
    halo: 0,
    dtype: "bool",
  },
  (stack: NdArray, { value }: ThresholdParams): NdArray =>
    mapSlices(stack, "bool", ({ data }, out) => markAbove(data, value, out)),
);

/**
 * A bool mask of the pixels strictly above Otsu's threshold, found for each slice by itself, exactly as
 * skimage.filters.threshold_otsu. A constant slice has no foreground. Otsu always splits what is there: of a slice with
 * nothing but noise about half becomes foreground.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979).
 */
export const otsuThreshold = ndarray(
  { name: "otsuThreshold", package: "@platewright/functions", dtype: "bool" },
  (stack: NdArray): NdArray =>
    mapSlices(stack, "bool", ({ data }, out) => markAbove(data, otsuOf(data), out)),
);

function markAbove(data: Pixels, value: number, out: Pixels): void {
  // Loops of their own for the usual types: a loop that sees one type of pixel runs several times faster.
  if (data instanceof Uint16Array) for (let at = 0; at < data.length; at++) out[at] = above(data[at], value);
  else if (data instanceof Uint8Array)
    for (let at = 0; at < data.length; at++) out[at] = above(data[at], value);
  else for (let at = 0; at < data.length; at++) out[at] = above(data[at], value);
}

function above(pixel: number | undefined, value: number): 0 | 1 {
  return (pixel as number) > value ? 1 : 0;
}
