/**
 * A flat structuring element: which pixels around a pixel count. Frozen; make one with `footprintDisk`,
 * `footprintSquare`, `footprintRectangle` or `footprintFrom`, and reuse it: kernels cache what they compile from it.
 */
export interface Footprint {
  /** Number of rows, in pixels. */
  readonly height: number;
  /** Number of columns, in pixels. */
  readonly width: number;
  /** One string per row, `"1"` where the footprint holds and `"0"` elsewhere. */
  readonly rows: readonly string[];
}

/**
 * All offsets at most `radius` pixels away, the same set as skimage.morphology.disk(radius).
 * @throws RangeError unless the radius is a whole number from 0 to 16,383.
 */
export function footprintDisk(radius: number): Footprint {
  checkSide("footprintDisk", "radius", radius, 0, mostSide >> 1);
  const rows: string[] = [];
  for (let y = -radius; y <= radius; y++) {
    const half = Math.floor(Math.sqrt(radius * radius - y * y));
    const outside = "0".repeat(radius - half);
    rows.push(outside + "1".repeat(2 * half + 1) + outside);
  }
  return freeze(rows);
}

/**
 * A full square of `side` × `side` pixels; the side may be even.
 * @throws RangeError unless the side is a whole number from 1 to 32,767.
 */
export function footprintSquare(side: number): Footprint {
  return footprintRectangle(side, side);
}

/**
 * A full rectangle of `height` × `width` pixels; either may be even.
 * @throws RangeError unless both are whole numbers from 1 to 32,767.
 */
export function footprintRectangle(height: number, width: number): Footprint {
  checkSide("footprintRectangle", "height", height, 1, mostSide);
  checkSide("footprintRectangle", "width", width, 1, mostSide);
  return freeze(Array.from({ length: height }, () => "1".repeat(width)));
}

/**
 * Any flat footprint from its rows, of any shape and side, odd or even, symmetric or not.
 * @throws RangeError when it has no row, rows of different lengths, or no pixel at all.
 */
export function footprintFrom(rows: readonly (readonly (boolean | number)[])[]): Footprint {
  const width = rows[0]?.length ?? 0;
  if (rows.length === 0 || width === 0)
    throw new RangeError(
      "footprintFrom: the footprint is empty. Give at least one row of at least one pixel.",
    );
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged >= 0)
    throw new RangeError(
      `footprintFrom: row ${ragged} has ${rows[ragged]?.length} pixels and row 0 has ${width}. Make all rows equally long.`,
    );
  if (!rows.some((row) => row.some(Boolean)))
    throw new RangeError("footprintFrom: no pixel of the footprint is set. Set at least one.");
  return freeze(rows.map((row) => row.map((pixel) => (pixel ? "1" : "0")).join("")));
}

function freeze(rows: readonly string[]): Footprint {
  return Object.freeze({ height: rows.length, width: rows[0]?.length ?? 0, rows: Object.freeze(rows) });
}

/** Pixels; a footprint of more takes more memory than any image. */
const mostSide = 32_767;

function checkSide(maker: string, name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(
      `${maker}: ${name} is ${value}. Pass a whole number from ${least} to ${most}, in pixels.`,
    );
}
