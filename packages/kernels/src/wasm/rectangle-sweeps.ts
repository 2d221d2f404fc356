import type { Pass } from "../morphology.ts";
import type { Neighbourhood } from "../neighbourhood.ts";
import type { KernelExports } from "./exports.ts";

/** The width of the strips in which columns are swept. */
export const STRIP_BYTES = 64;

/** The two sweeps that make a sliding extremum over a rectangle, in either order. Planes are addresses, strides bytes. */
export interface Sweeps {
  /** Along all rows; with `from` (0 = none) the result is taken from that plane, which has the stride of `dst`. */
  rows(src: number, srcStride: number, dst: number, dstStride: number, from: number): void;
  /** Down the columns of one strip. */
  strip(src: number, srcStride: number, dst: number, dstStride: number): void;
  /** Down all columns. Reads and writes past the end of a row up to the end of its last strip. */
  columns(src: number, srcStride: number, dst: number, dstStride: number): void;
}

/**
 * The bytes from one row of a plane to the next: whole strips, so that the last may reach past the row, and an odd
 * number of them, so that the rows of a strip spread over the cache's sets.
 */
export function planeStrideOf(rowBytes: number): number {
  return (Math.ceil(rowBytes / STRIP_BYTES) | 1) * STRIP_BYTES;
}

/** Bytes of working memory that the sweeps of a rectangle need. */
export function sweepBytes(
  { left, right, top, bottom }: Neighbourhood,
  rowBytes: number,
  size: number,
): number {
  return Math.max(rowBytes + 2 * (right - left + 1) * size + 64, (bottom - top + 2) * STRIP_BYTES);
}

/** Binds a pass over a rectangle to slices of one shape and pixel type, with `work` as working memory. */
export function createSweeps(
  exports: KernelExports,
  { kind, around }: Pass,
  { bits, width, height }: { readonly bits: 8 | 16 | 32; readonly width: number; readonly height: number },
  work: number,
): Sweeps {
  const suffix = `${kind === "min" ? "Min" : "Max"}${bits}` as const;
  const slideRows = exports[`slideRows${suffix}`];
  const slideColumns = exports[`slideColumns${suffix}`];
  const { top, bottom, left, right } = around;
  const [across, down] = [right - left + 1, bottom - top + 1];
  const mirrored = around.ignoresBorder ? 0 : 1;
  const strip: Sweeps["strip"] = (src, srcStride, dst, dstStride) =>
    slideColumns(src, srcStride, dst, dstStride, height, -top, down, mirrored, work);
  return {
    rows: (src, srcStride, dst, dstStride, from) =>
      slideRows(src, srcStride, dst, dstStride, from, width, height, -left, across, mirrored, work),
    strip,
    columns(src, srcStride, dst, dstStride) {
      for (let x = 0; x < (width * bits) / 8; x += STRIP_BYTES) strip(src + x, srcStride, dst + x, dstStride);
    },
  };
}
