import { fillWith, Max, Min, neutral, neutralBits, pick } from "./order";
import { reflect } from "./reflect";
import { widenTo16 } from "./widen";

/**
 * The extremum of `span` pixels along each row, the window starting `before` pixels left of its pixel. Windows widen to
 * 16 pixels, then by four per sweep (64, 256 …), and two overlapping windows make the span. With `subtract` (0 = none)
 * the result is taken from that plane. Strides are in bytes; `subtract` has that of `dst`. `line` holds
 * width + 2 × span pixels and 64 bytes; a row is at least 16 bytes.
 */
function slideRows<T, K>(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  const size = sizeof<T>();
  const rowBytes = <usize>width * size;
  const padBytes = <usize>before * size;
  const need = <usize>(width + span - 1) * size;
  const last = rowBytes - 16;
  for (let y = 0; y < height; y++) {
    const row = src + <usize>y * srcStride;
    memory.copy(line + padBytes, row, rowBytes);
    if (mirrored) {
      for (let i = 0; i < before; i++)
        store<T>(line + <usize>i * size, load<T>(row + <usize>reflect(i - before, width) * size));
      for (let i = before + width; i < width + span - 1; i++)
        store<T>(line + <usize>i * size, load<T>(row + <usize>reflect(i - before, width) * size));
    } else {
      fillWith<T>(line, neutralBits<T, K>(), padBytes);
      fillWith<T>(line + padBytes + rowBytes, neutralBits<T, K>(), need - padBytes - rowBytes);
    }

    // A sweep may overwrite its source: what it still has to read lies to the right.
    let window = 1;
    if (span >= 16) {
      widenTo16<T, K>(line, need);
      window = 16;
    }
    for (; window * 4 <= span; window *= 4) {
      const step = <usize>window * size;
      for (let p = line; p < line + need; p += 16) {
        const low = pick<T, K>(v128.load(p), v128.load(p + step));
        const high = pick<T, K>(v128.load(p + 2 * step), v128.load(p + 3 * step));
        v128.store(p, pick<T, K>(low, high));
      }
    }
    if (window * 2 <= span) {
      const step = <usize>window * size;
      for (let p = line; p < line + need; p += 16)
        v128.store(p, pick<T, K>(v128.load(p), v128.load(p + step)));
      window *= 2;
    }

    const far = line + <usize>(span - window) * size;
    const out = dst + <usize>y * dstStride;
    const from = subtract + <usize>y * dstStride;
    // The last vector ends with the row and may overlap the one before it.
    if (subtract) {
      for (let i: usize = 0; i < rowBytes; i += 16) {
        const x = i < last ? i : last;
        const found = pick<T, K>(v128.load(line + x), v128.load(far + x));
        v128.store(out + x, v128.sub<T>(v128.load(from + x), found));
      }
    } else {
      for (let i: usize = 0; i < rowBytes; i += 16) {
        const x = i < last ? i : last;
        v128.store(out + x, pick<T, K>(v128.load(line + x), v128.load(far + x)));
      }
    }
  }
}

/**
 * The extremum of `span` pixels down each column of a strip 64 bytes wide, the window starting `before` rows above its
 * pixel: van Herk / Gil-Werman, the strip in registers. Strides are in bytes; `scratch` holds (span + 1) × 64 bytes.
 */
function slideColumns<T, K>(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  const none = scratch + <usize>span * 64;
  fillWith<T>(none, neutralBits<T, K>(), 64);
  for (let block = 0; block < height; block += span) {
    let a = neutral<T, K>();
    let b = a;
    let c = a;
    let d = a;
    const turn = block + span - 1 - before;
    let y = turn;
    let p = src + <usize>y * srcStride;
    for (let suffix = none - 64; suffix >= scratch; suffix -= 64, p -= srcStride, y--) {
      let row = p;
      if (<u32>y >= <u32>height) row = mirrored ? src + <usize>reflect(y, height) * srcStride : none;
      a = pick<T, K>(a, v128.load(row));
      b = pick<T, K>(b, v128.load(row, 16));
      c = pick<T, K>(c, v128.load(row, 32));
      d = pick<T, K>(d, v128.load(row, 48));
      v128.store(suffix, a);
      v128.store(suffix, b, 16);
      v128.store(suffix, c, 32);
      v128.store(suffix, d, 48);
    }

    a = neutral<T, K>();
    b = a;
    c = a;
    d = a;
    const rows = min(span, height - block);
    let out = dst + <usize>block * dstStride;
    let suffix = scratch;
    p = src + <usize>turn * srcStride;
    for (let t = 0; t < rows; t++, suffix += 64, p += srcStride, out += dstStride) {
      let row = p;
      if (<u32>(turn + t) >= <u32>height)
        row = mirrored ? src + <usize>reflect(turn + t, height) * srcStride : none;
      // The first of these rows is in every suffix too, which changes nothing.
      a = pick<T, K>(a, v128.load(row));
      b = pick<T, K>(b, v128.load(row, 16));
      c = pick<T, K>(c, v128.load(row, 32));
      d = pick<T, K>(d, v128.load(row, 48));
      v128.store(out, pick<T, K>(a, v128.load(suffix)));
      v128.store(out, pick<T, K>(b, v128.load(suffix, 16)), 16);
      v128.store(out, pick<T, K>(c, v128.load(suffix, 32)), 32);
      v128.store(out, pick<T, K>(d, v128.load(suffix, 48)), 48);
    }
  }
}

export function slideRowsMax8(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  slideRows<u8, Max>(src, srcStride, dst, dstStride, subtract, width, height, before, span, mirrored, line);
}

export function slideRowsMax16(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  slideRows<u16, Max>(src, srcStride, dst, dstStride, subtract, width, height, before, span, mirrored, line);
}

export function slideRowsMax32(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  slideRows<f32, Max>(src, srcStride, dst, dstStride, subtract, width, height, before, span, mirrored, line);
}

export function slideRowsMin8(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  slideRows<u8, Min>(src, srcStride, dst, dstStride, subtract, width, height, before, span, mirrored, line);
}

export function slideRowsMin16(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  slideRows<u16, Min>(src, srcStride, dst, dstStride, subtract, width, height, before, span, mirrored, line);
}

export function slideRowsMin32(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  line: usize,
): void {
  slideRows<f32, Min>(src, srcStride, dst, dstStride, subtract, width, height, before, span, mirrored, line);
}

export function slideColumnsMax8(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u8, Max>(src, srcStride, dst, dstStride, height, before, span, mirrored, scratch);
}

export function slideColumnsMax16(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u16, Max>(src, srcStride, dst, dstStride, height, before, span, mirrored, scratch);
}

export function slideColumnsMax32(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<f32, Max>(src, srcStride, dst, dstStride, height, before, span, mirrored, scratch);
}

export function slideColumnsMin8(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u8, Min>(src, srcStride, dst, dstStride, height, before, span, mirrored, scratch);
}

export function slideColumnsMin16(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u16, Min>(src, srcStride, dst, dstStride, height, before, span, mirrored, scratch);
}

export function slideColumnsMin32(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<f32, Min>(src, srcStride, dst, dstStride, height, before, span, mirrored, scratch);
}
