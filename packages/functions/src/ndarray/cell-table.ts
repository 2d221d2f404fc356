import type { RegionTable } from "@platewright/kernels";

/**
 * What is known of one cell. Positions count from the centre of the image's first pixel; the bounding box is half-open,
 * as scikit-image's: min ≤ position < max. The columns in µm are there where the size of a pixel is known.
 */
export interface CellRow {
  /** The cell's value in the label image. */
  readonly label: number;
  readonly area_px: number;
  readonly centroid_y_px: number;
  readonly centroid_x_px: number;
  readonly bbox_min_y_px: number;
  readonly bbox_min_x_px: number;
  readonly bbox_max_y_px: number;
  readonly bbox_max_x_px: number;
  readonly mean_intensity: number;
  /** The sum of the cell's pixels. */
  readonly integrated_intensity: number;
  readonly area_um2?: number;
  readonly centroid_y_um?: number;
  readonly centroid_x_um?: number;
  readonly bbox_min_y_um?: number;
  readonly bbox_min_x_um?: number;
  readonly bbox_max_y_um?: number;
  readonly bbox_max_x_um?: number;
}

/** The rows of a region table as records, numbered from 1 in the order of `rows`. `pixelSize` in µm. */
export function tabulate(
  table: RegionTable,
  rows: readonly number[],
  pixelSize: number | undefined,
): readonly CellRow[] {
  return rows.map((row, i) => {
    const at = (column: Float64Array | Int32Array | Uint32Array): number => column[row] as number;
    const inPixels = {
      label: i + 1,
      area_px: at(table.area),
      centroid_y_px: at(table.centroidY),
      centroid_x_px: at(table.centroidX),
      bbox_min_y_px: at(table.minRow),
      bbox_min_x_px: at(table.minCol),
      bbox_max_y_px: at(table.maxRow),
      bbox_max_x_px: at(table.maxCol),
      mean_intensity: at(table.meanIntensity),
      integrated_intensity: at(table.sumIntensity),
    };
    if (pixelSize === undefined) return inPixels;
    return Object.assign(inPixels, {
      area_um2: inPixels.area_px * pixelSize * pixelSize,
      centroid_y_um: inPixels.centroid_y_px * pixelSize,
      centroid_x_um: inPixels.centroid_x_px * pixelSize,
      bbox_min_y_um: inPixels.bbox_min_y_px * pixelSize,
      bbox_min_x_um: inPixels.bbox_min_x_px * pixelSize,
      bbox_max_y_um: inPixels.bbox_max_y_px * pixelSize,
      bbox_max_x_um: inPixels.bbox_max_x_px * pixelSize,
    });
  });
}
