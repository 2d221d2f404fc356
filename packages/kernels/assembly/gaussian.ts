import { reflect } from "./reflect";

// Pixel types on either side, as the host numbers them.
const UINT8 = 0;
const UINT16 = 1;

/** Widens a row to float32. Rows are at least 16 pixels; the last vector may overlap the one before it. */
function readRow(type: i32, src: usize, dst: usize, width: i32): void {
  if (type > UINT16) {
    memory.copy(dst, src, <usize>width * 4);
    return;
  }
  for (let left = 0; left < width; left += 8) {
    const x = <usize>(left + 8 <= width ? left : width - 8);
    const pixels = type == UINT8 ? v128.load_ext<u8>(src + x) : v128.load(src + x * 2);
    v128.store(dst + x * 4, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(pixels)));
    v128.store(dst + x * 4, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(pixels)), 16);
  }
}

function round(a: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(a));
}

/** Writes 16 float32 as pixels, rounded half to even and saturated. */
function write(type: i32, dst: usize, x: usize, a: v128, b: v128, c: v128, d: v128): void {
  if (type > UINT16) {
    const p = dst + x * 4;
    v128.store(p, a);
    v128.store(p, b, 16);
    v128.store(p, c, 32);
    v128.store(p, d, 48);
    return;
  }
  const low = i16x8.narrow_i32x4_u(round(a), round(b));
  const high = i16x8.narrow_i32x4_u(round(c), round(d));
  if (type == UINT16) {
    v128.store(dst + x * 2, low);
    v128.store(dst + x * 2, high, 16);
  } else {
    const most = i16x8.splat(255);
    v128.store(dst + x, i8x16.narrow_i16x8_u(v128.min<u16>(low, most), v128.min<u16>(high, most)));
  }
}

/** a + (p + q) · k in float32, rounded after each operation. */
function addPair(a: v128, p: v128, q: v128, k: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.add(p, q), k));
}

/**
 * Gaussian blur: down the columns from a ring of 2 × radius + 1 float32 rows, then along the finished row.
 * `weights` holds radius + 1 float32, centre first. A row has at least 16 pixels and `rowStride` bytes of the ring;
 * `line` holds a row with a radius of pixels on either side, `pointers` 2 × radius + 2 addresses. Types: 0 uint8,
 * 1 uint16, 2 float32.
 */
export function gaussian(
  src: usize,
  srcType: i32,
  dst: usize,
  dstType: i32,
  width: i32,
  height: i32,
  weights: usize,
  radius: i32,
  ring: usize,
  rowStride: i32,
  line: usize,
  pointers: usize,
): void {
  const srcRow = <usize>width << srcType;
  const dstRow = <usize>width << dstType;
  const ringRows = 2 * radius + 1;
  const centre = line + <usize>radius * 4;
  const lastWeight = weights + <usize>radius * 4;
  let read = 0;
  for (let y = 0; y < height; y++) {
    for (; read <= min(height - 1, y + radius); read++)
      readRow(srcType, src + <usize>read * srcRow, ring + <usize>(read % ringRows) * <usize>rowStride, width);
    for (let j = 0; j <= radius; j++) {
      const pair = pointers + <usize>j * 8;
      store<usize>(pair, ring + <usize>(reflect(y - j, height) % ringRows) * <usize>rowStride);
      store<usize>(pair, ring + <usize>(reflect(y + j, height) % ringRows) * <usize>rowStride, 4);
    }

    for (let left = 0; left < width; left += 16) {
      const x = <usize>(left + 16 <= width ? left : width - 16) * 4;
      const p = load<usize>(pointers) + x;
      let k = v128.load_splat<f32>(weights);
      let a = f32x4.mul(v128.load(p), k);
      let b = f32x4.mul(v128.load(p, 16), k);
      let c = f32x4.mul(v128.load(p, 32), k);
      let d = f32x4.mul(v128.load(p, 48), k);
      let pair = pointers + 8;
      for (let w = weights + 4; w <= lastWeight; w += 4, pair += 8) {
        const above = load<usize>(pair) + x;
        const below = load<usize>(pair, 4) + x;
        k = v128.load_splat<f32>(w);
        a = addPair(a, v128.load(above), v128.load(below), k);
        b = addPair(b, v128.load(above, 16), v128.load(below, 16), k);
        c = addPair(c, v128.load(above, 32), v128.load(below, 32), k);
        d = addPair(d, v128.load(above, 48), v128.load(below, 48), k);
      }
      const q = centre + x;
      v128.store(q, a);
      v128.store(q, b, 16);
      v128.store(q, c, 32);
      v128.store(q, d, 48);
    }

    for (let j = 1; j <= radius; j++) {
      const before = <usize>reflect(-j, width) * 4;
      const after = <usize>reflect(width - 1 + j, width) * 4;
      store<f32>(centre - <usize>j * 4, load<f32>(centre + before));
      store<f32>(centre + <usize>(width - 1 + j) * 4, load<f32>(centre + after));
    }
    for (let left = 0; left < width; left += 16) {
      const x = <usize>(left + 16 <= width ? left : width - 16);
      const p = centre + x * 4;
      let k = v128.load_splat<f32>(weights);
      let a = f32x4.mul(v128.load(p), k);
      let b = f32x4.mul(v128.load(p, 16), k);
      let c = f32x4.mul(v128.load(p, 32), k);
      let d = f32x4.mul(v128.load(p, 48), k);
      let before = p - 4;
      let after = p + 4;
      for (let w = weights + 4; w <= lastWeight; w += 4, before -= 4, after += 4) {
        k = v128.load_splat<f32>(w);
        a = addPair(a, v128.load(before), v128.load(after), k);
        b = addPair(b, v128.load(before, 16), v128.load(after, 16), k);
        c = addPair(c, v128.load(before, 32), v128.load(after, 32), k);
        d = addPair(d, v128.load(before, 48), v128.load(after, 48), k);
      }
      write(dstType, dst + <usize>y * dstRow, x, a, b, c, d);
    }
  }
}
