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

/** As `round`, for less than 2^22 on either side of 0: in 1.5 · 2^23 the last bit is worth 1, and an addition rounds. */
function roundSmall(a: v128): v128 {
  return i32x4.sub(f32x4.add(a, f32x4.splat(12582912)), i32x4.splat(0x4b400000));
}

/** Writes 16 float32 as pixels, rounded half to even and saturated. `isSmall`: all are as `roundSmall` needs them. */
function write(type: i32, isSmall: bool, p: usize, a: v128, b: v128, c: v128, d: v128): void {
  if (type > UINT16) {
    v128.store(p, a);
    v128.store(p, b, 16);
    v128.store(p, c, 32);
    v128.store(p, d, 48);
    return;
  }
  const low = isSmall
    ? i16x8.narrow_i32x4_u(roundSmall(a), roundSmall(b))
    : i16x8.narrow_i32x4_u(round(a), round(b));
  const high = isSmall
    ? i16x8.narrow_i32x4_u(roundSmall(c), roundSmall(d))
    : i16x8.narrow_i32x4_u(round(c), round(d));
  if (type == UINT16) {
    v128.store(p, low);
    v128.store(p, high, 16);
  } else {
    const most = i16x8.splat(255);
    v128.store(p, i8x16.narrow_i16x8_u(v128.min<u16>(low, most), v128.min<u16>(high, most)));
  }
}

/** a + (p + q) · k in float32, rounded after each operation. */
function addPair(a: v128, p: v128, q: v128, k: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.add(p, q), k));
}

/** Weighs the rows in reach of one down its columns. `pointers` holds a pair of rows for each weight, the centre first. */
function weighRows(pointers: usize, weights: usize, lastWeight: usize, line: usize, columns: i32): void {
  for (let left = 0; left < columns; left += 16) {
    const x = <usize>(left + 16 <= columns ? left : columns - 16) * 4;
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
    const q = line + x;
    v128.store(q, a);
    v128.store(q, b, 16);
    v128.store(q, c, 32);
    v128.store(q, d, 48);
  }
}

/** Weighs the pixels of a line that are in reach of each and writes them as pixels from `out` on. */
function weighLine(
  line: usize,
  weights: usize,
  lastWeight: usize,
  out: usize,
  type: i32,
  isSmall: bool,
  columns: i32,
): void {
  for (let left = 0; left < columns; left += 16) {
    const x = <usize>(left + 16 <= columns ? left : columns - 16);
    const p = line + x * 4;
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
    write(type, isSmall, out + (x << type), a, b, c, d);
  }
}

/**
 * Gaussian blur: down the columns from a ring of 2 × radius + 1 float32 rows, then along the finished row, in strips of
 * columns whose ring stays in the cache. `weights` holds radius + 1 float32, centre first; a row has at least 16 pixels.
 * `strip` is a number of columns of at least 16; the last strip may have 15 more, and each reads a radius on either side:
 * rows of the ring, `ringStride` bytes, have room for that, `line` for a radius more on either side. `pointers` holds
 * 2 × radius + 2 addresses. Types: 0 uint8, 1 uint16, 2 float32. `dst` may be `src` where one strip does it all.
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
  strip: i32,
  ring: usize,
  ringStride: usize,
  line: usize,
  pointers: usize,
): void {
  const ringRows = 2 * radius + 1;
  const lastWeight = weights + <usize>radius * 4;
  for (let left = 0, right = 0; left < width; left = right) {
    right = left + strip + 16 <= width ? left + strip : width;
    const first = max(0, left - radius);
    const past = min(width, right + radius);
    const found = line + <usize>radius * 4;
    const zero = found - <usize>first * 4;
    let read = 0;
    for (let y = 0; y < height; y++) {
      for (; read <= min(height - 1, y + radius); read++) {
        const row = src + ((<usize>read * <usize>width + <usize>first) << srcType);
        readRow(srcType, row, ring + <usize>(read % ringRows) * ringStride, past - first);
      }
      for (let j = 0; j <= radius; j++) {
        const pair = pointers + <usize>j * 8;
        store<usize>(pair, ring + <usize>(reflect(y - j, height) % ringRows) * ringStride);
        store<usize>(pair, ring + <usize>(reflect(y + j, height) % ringRows) * ringStride, 4);
      }
      weighRows(pointers, weights, lastWeight, found, past - first);
      if (first == 0)
        for (let x = -radius; x < 0; x++)
          store<f32>(zero + <usize>x * 4, load<f32>(zero + <usize>reflect(x, width) * 4));
      if (past == width)
        for (let x = width; x < width + radius; x++)
          store<f32>(zero + <usize>x * 4, load<f32>(zero + <usize>reflect(x, width) * 4));
      const out = dst + ((<usize>y * <usize>width + <usize>left) << dstType);
      const start = zero + <usize>left * 4;
      weighLine(start, weights, lastWeight, out, dstType, srcType <= UINT16, right - left);
    }
  }
}
