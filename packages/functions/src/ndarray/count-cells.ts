import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import { bytesPerElement, PlatewrightError } from "@platewright/core";
import { type RegionTable, regionProperties } from "@platewright/kernels";
import { kernels } from "../kernels.ts";
import { type CellRow, tabulate } from "./cell-table.ts";
import { levelsThreshold, markForeground } from "./foreground.ts";
import { keepRegions } from "./keep-regions.ts";
import { checkImage, createImage, type DenseSlice, slicesOf, withDense, withScratch } from "./slices.ts";
import { type SplitParams, splitParams, splitSlice } from "./watershed-split.ts";
import { hasVectors, ofSlice } from "./workspace.ts";

/** What `countCells` takes by hand; everything has a default. */
export interface CountCellsParams extends SplitParams {
  /** The grey value that parts cells from background. Left out: Otsu's, of each slice. */
  readonly threshold?: number | undefined;
  /** What the cells lie on. Default `"dark"`. */
  readonly background?: "dark" | "bright";
  /** Sigma, in pixels, of the gaussian before the threshold. Default 1. */
  readonly smoothing?: number;
  /** Whether touching cells are split. Default true. */
  readonly split?: boolean;
  /** Smaller objects are dropped, in pixels. Default 30. */
  readonly minArea?: number;
  /** Larger objects are dropped, in pixels. Left out: none. */
  readonly maxArea?: number | undefined;
  /** Whether objects at the edge of the image are dropped. Default false. */
  readonly excludeBorder?: boolean;
  /** Side of a pixel, in µm; adds the columns in µm. */
  readonly pixelSize?: number | undefined;
}

/**
 * Finds the cells (or nuclei) of a slice [Y, X]: smooths, thresholds, splits touching cells by a distance watershed, and
 * gives a label image (int32, 0 is background, cells from 1 in raster order of their first pixels) and a row for each
 * cell in `cells`. Measured on the slice as it came, not on the smoothed one. A slice in which nothing stands out from
 * the background has no cells. Throws "array" for anything but one slice.
 *
 * @example
 * step("count", use(countCells, { minArea: 100 }))
 * const [labels, { cells }] = countCells(slice, { minArea: 100 })
 */
export const countCells = ndarray(
  {
    name: "countCells",
    package: "@platewright/functions",
    unit: "slice",
    dtype: "int32",
    image: "labels",
    // A mask and a smoothed slice, then distances and what splitting takes.
    workspace: ofSlice((dtype, { split }) => {
      const copied = hasVectors(dtype) ? bytesPerElement(dtype) : 4;
      return copied + (split ? 16 : 6);
    }),
    params: {
      threshold: {
        type: "number",
        optional: true,
        description: "Grey value that parts cells from background. Left out: Otsu's threshold of each slice.",
      },
      background: {
        enum: ["dark", "bright"],
        default: "dark",
        description: "What the cells lie on: bright cells on dark, or dark cells on bright.",
      },
      smoothing: {
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 10_000,
        description:
          "Standard deviation of the gaussian that smooths the image before the threshold, in pixels.",
      },
      split: {
        type: "boolean",
        default: true,
        description: "Whether touching cells are split at their necks.",
      },
      ...splitParams,
      minArea: {
        type: "integer",
        default: 30,
        minimum: 1,
        description: "Area below which an object is no cell, in pixels.",
      },
      maxArea: {
        type: "integer",
        optional: true,
        minimum: 1,
        description: "Area above which an object is no cell, in pixels. Left out: no limit.",
      },
      excludeBorder: {
        type: "boolean",
        default: false,
        description: "Whether cells that touch the edge of the image are left out.",
      },
    },
    specialInputs: ["pixelSize?"],
    specialOutputs: ["cells"],
    materialize: { cells: "csv" },
  },
  (
    slice: NdArray,
    given: CountCellsParams = {},
  ): readonly [labels: NdArray, outputs: { readonly cells: readonly CellRow[] }] => {
    checkImage(slice);
    if (slice.dimension !== 2) {
      throw new PlatewrightError(
        "array",
        `countCells takes one slice [Y, X]; this has the shape (${slice.shape.join(", ")}). By hand, call it with stack.pick(z, null, null).`,
        { shape: [...slice.shape] },
      );
    }
    return withDense(slice, (dense) => {
      let cells: readonly CellRow[] = [];
      const labels = createImage(slice.shape, "int32", (pixels) => {
        cells = slicesOf(dense).flatMap((one) => count(one, pixels as Int32Array, given));
      });
      return [labels, { cells }];
    });
  },
);

function count(slice: DenseSlice, labels: Int32Array, given: CountCellsParams): readonly CellRow[] {
  const { threshold, background = "dark", smoothing = 1, split = true, pixelSize } = given;
  const { minArea = 30, maxArea, excludeBorder = false } = given;
  const { height, width } = slice;
  const table =
    countWhole(slice, labels, given) ??
    withScratch(labels.length, "uint8", (data) => {
      // The labels are not written yet: their memory is free, and as large.
      const room = new Float32Array(labels.buffer, labels.byteOffset, labels.length);
      markForeground(slice, data, { threshold, background, smoothing, room });
      const mask = { data, height, width };
      if (!split) return kernels().labelRegions(mask, { intensity: slice.data, out: labels, minArea });
      const found = splitSlice(mask, labels, given.minDepth);
      return regionProperties({ data: labels, height, width }, found, slice.data);
    });
  const kept = keepRegions(labels, table, { minArea, maxArea, excludeBorder, height, width });
  return tabulate(table, kept, pixelSize);
}

/** Bright cells of a slice as it came, unsplit: thresholded, labelled and measured in one pass. `undefined` where more is asked for. */
function countWhole(slice: DenseSlice, labels: Int32Array, given: CountCellsParams): RegionTable | undefined {
  const { background = "dark", smoothing = 1, split = true, minArea = 30 } = given;
  const { data } = slice;
  const isWhole = data instanceof Uint8Array || data instanceof Uint16Array;
  if (split || smoothing !== 0 || background !== "dark" || !isWhole) return undefined;
  const threshold = given.threshold ?? levelsThreshold(data, true) ?? Number.POSITIVE_INFINITY;
  return kernels().labelRegions(slice, { threshold, intensity: data, out: labels, minArea });
}
