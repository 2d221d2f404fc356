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
  columnGaps(mask.data, width, far, out);
  const gaps = new Int32Array(width);
  const row = new Float64Array(width + 2);
  const apex = new Int32Array(width + 2);
  const from = new Int32Array(width + 2);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let x = 0; x < width; x++) gaps[x] = out[start + x] as number;
    for (let x = 0; x < width; x++) {
      if (gaps[x] === 0) continue;
      // No column beyond the zero pixels that end a run can be nearer than they are.
      const first = x;
      while (x < width && gaps[x] !== 0) x++;
      const left = Math.max(first - 1, 0);
      const right = Math.min(x, width - 1);
      lowerEnvelope(gaps.subarray(left, right + 1), far, apex, from, row);
      for (let at = first; at < x; at++) out[start + at] = Math.sqrt(row[at - left] as number);
    }
  }
  return out;
}

// Steps to the nearest zero pixel in the same column, `far` where the column has none: whole numbers, exact in float32.
function columnGaps(data: Pixels, width: number, far: number, gaps: Float32Array | Float64Array): void {
  for (let x = 0; x < width; x++) gaps[x] = data[x] === 0 ? 0 : far;
  for (let at = width; at < gaps.length; at++) {
    const above = gaps[at - width] as number;
    gaps[at] = data[at] === 0 ? 0 : above < far ? above + 1 : far;
  }
  for (let at = gaps.length - width - 1; at >= 0; at--) {
    const below = (gaps[at + width] as number) + 1;
    if (below < (gaps[at] as number)) gaps[at] = below;
  }
}

// The minimum over all columns u of (x - u)² + gap(u)²: which parabola is lowest where, then its values.
function lowerEnvelope(
  gaps: Int32Array,
  far: number,
  apex: Int32Array,
  from: Int32Array,
  row: Float64Array,
): void {
  const width = gaps.length;
  let top = -1;
  for (let u = 0; u < width; u++) {
    const gap = gaps[u] as number;
    if (gap >= far) continue;
    const height = gap * gap;
    let crossing = 0;
    while (top >= 0) {
      const other = apex[top] as number;
      const rise = gaps[other] as number;
      crossing = 1 + Math.floor((u * u - other * other + height - rise * rise) / (2 * (u - other)));
      if (crossing > (from[top] as number)) break;
      top--;
      crossing = 0;
    }
    if (crossing >= width) continue;
    top++;
    apex[top] = u;
    from[top] = top === 0 ? 0 : crossing;
  }
  if (top < 0) {
    row.fill(Number.POSITIVE_INFINITY);
    return;
  }
  for (let x = width - 1; x >= 0; x--) {
    const u = apex[top] as number;
    const gap = gaps[u] as number;
    row[x] = (x - u) * (x - u) + gap * gap;
    if (x === from[top]) top--;
  }
}
