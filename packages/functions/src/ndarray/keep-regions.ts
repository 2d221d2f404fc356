import type { RegionTable } from "@platewright/kernels";

/** Which regions count. */
export interface KeepOptions {
  /** Areas, in pixels. */
  readonly minArea: number;
  readonly maxArea: number | undefined;
  /** Whether regions that touch the edge of the slice are dropped. */
  readonly excludeBorder: boolean;
  readonly height: number;
  readonly width: number;
}

/**
 * Drops regions from a label image, in place, and numbers the rest from 1 in their old order. Gives the rows of the
 * table that stay, in that order.
 */
export function keepRegions(labels: Int32Array, table: RegionTable, options: KeepOptions): readonly number[] {
  const renumber = new Int32Array(table.count + 1);
  const kept: number[] = [];
  for (let row = 0; row < table.count; row++) {
    if (!isKept(table, row, options)) continue;
    kept.push(row);
    renumber[row + 1] = kept.length;
  }
  if (kept.length < table.count) {
    for (let at = 0; at < labels.length; at++) labels[at] = renumber[labels[at] as number] as number;
  }
  return kept;
}

function isKept(table: RegionTable, row: number, options: KeepOptions): boolean {
  const area = table.area[row] as number;
  if (area < options.minArea || (options.maxArea !== undefined && area > options.maxArea)) return false;
  if (!options.excludeBorder) return true;
  return (
    table.minRow[row] !== 0 &&
    table.minCol[row] !== 0 &&
    table.maxRow[row] !== options.height &&
    table.maxCol[row] !== options.width
  );
}
