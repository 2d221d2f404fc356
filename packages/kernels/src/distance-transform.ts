import { checkLength, checkSlice, type Pixels, type Slice } from "./pixels.ts";

/**
 * The Euclidean distance in pixels of every non-zero pixel to the nearest zero pixel, 0 at zero pixels: the exact
 * transform of scipy.ndimage.distance_transform_edt. What lies outside the slice is not background. In a slice
 * without any zero pixel every distance is Infinity (scipy leaves that case undefined).
 * Source: A. Meijster, J. Roerdink, W. Hesselink, Mathematical Morphology and its Applications (2000); two passes of
 * whole numbers, so the only rounding is the last square root.
 */
export function distanceTransform<T extends Float32Array | Float64Array>(mask: Slice, out: T): T {
  checkSlice("distanceTransform", mask);
  checkLength("distanceTransform", "out", out, mask.data.length);
  const { width, height } = mask;
  // Beyond any real distance, yet small enough that its square stays a whole number.
  const far = width + height;
  const gaps = columnGaps(mask.data, width, height, far);
  const squares = new Float64Array(width);
  const row = new Float64Array(width);
  const apex = new Int32Array(width);
  const from = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    let isFar = true;
    for (let x = 0; x < width; x++) {
      const gap = gaps[y * width + x] as number;
      if (gap < far) isFar = false;
      squares[x] = gap * gap;
    }
    if (isFar) row.fill(Number.POSITIVE_INFINITY);
    else lowerEnvelope(squares, apex, from, row);
    for (let x = 0; x < width; x++) out[y * width + x] = Math.sqrt(row[x] as number);
  }
  return out;
}

// Steps to the nearest zero pixel in the same column, `far` where the column has none.
function columnGaps(data: Pixels, width: number, height: number, far: number): Int32Array {
  const gaps = new Int32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (data[at] !== 0) gaps[at] = y === 0 ? far : Math.min((gaps[at - width] as number) + 1, far);
    }
  for (let y = height - 2; y >= 0; y--)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const below = (gaps[at + width] as number) + 1;
      if (below < (gaps[at] as number)) gaps[at] = below;
    }
  return gaps;
}

// The minimum over all columns u of (x - u)² + squares[u]: which parabola is lowest where, then its values.
function lowerEnvelope(squares: Float64Array, apex: Int32Array, from: Int32Array, row: Float64Array): void {
  const width = squares.length;
  let top = 0;
  apex[0] = 0;
  from[0] = 0;
  for (let u = 1; u < width; u++) {
    const height = squares[u] as number;
    while (top >= 0) {
      const x = from[top] as number;
      const other = apex[top] as number;
      if ((x - other) * (x - other) + (squares[other] as number) <= (x - u) * (x - u) + height) break;
      top--;
    }
    if (top < 0) {
      top = 0;
      apex[0] = u;
      from[0] = 0;
      continue;
    }
    const other = apex[top] as number;
    const crossing =
      1 + Math.floor((u * u - other * other + height - (squares[other] as number)) / (2 * (u - other)));
    if (crossing < width) {
      top++;
      apex[top] = u;
      from[top] = crossing;
    }
  }
  for (let x = width - 1; x >= 0; x--) {
    const u = apex[top] as number;
    row[x] = (x - u) * (x - u) + (squares[u] as number);
    if (x === from[top]) top--;
  }
}
