import { Max, Min, neutral, neutralByte, pick } from "./order";
import { reflect } from "./reflect";

/**
 * The extremum of `span` pixels along each row, the window starting `before` pixels left of its pixel. Windows double
 * by four per sweep (1, 4, 16 …), and two overlapping windows make the span. With `subtract` (0 = none) the result is
 * taken from that plane. `scratch` holds two rows of width + 2 × span pixels and 64 bytes; a row is at least 64 bytes.
 */
function slideRows<T, K>(
  src: usize,
  dst: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  const size = sizeof<T>();
  const rowBytes = <usize>width * size;
  const padBytes = <usize>before * size;
  const need = <usize>(width + span - 1) * size;
  const other = scratch + ((<usize>(width + 2 * span) * size + 79) & ~15);
  for (let y = 0; y < height; y++) {
    const row = src + <usize>y * rowBytes;
    let a = scratch;
    let b = other;
    memory.copy(a + padBytes, row, rowBytes);
    if (mirrored) {
      for (let i = 0; i < before; i++)
        store<T>(a + <usize>i * size, load<T>(row + <usize>reflect(i - before, width) * size));
      for (let i = before + width; i < width + span - 1; i++)
        store<T>(a + <usize>i * size, load<T>(row + <usize>reflect(i - before, width) * size));
    } else {
      memory.fill(a, neutralByte<K>(), padBytes);
      memory.fill(a + padBytes + rowBytes, neutralByte<K>(), need - padBytes - rowBytes);
    }

    let window = 1;
    for (; window * 4 <= span; window *= 4) {
      const step = <usize>window * size;
      for (let i: usize = 0; i < need; i += 16) {
        const p = a + i;
        const low = pick<T, K>(v128.load(p), v128.load(p + step));
        const high = pick<T, K>(v128.load(p + 2 * step), v128.load(p + 3 * step));
        v128.store(b + i, pick<T, K>(low, high));
      }
      const swap = a;
      a = b;
      b = swap;
    }
    if (window * 2 <= span) {
      const step = <usize>window * size;
      for (let i: usize = 0; i < need; i += 16)
        v128.store(b + i, pick<T, K>(v128.load(a + i), v128.load(a + i + step)));
      const swap = a;
      a = b;
      b = swap;
      window *= 2;
    }

    const shift = <usize>(span - window) * size;
    const out = dst + <usize>y * rowBytes;
    const from = subtract + <usize>y * rowBytes;
    const last = rowBytes - 16;
    // The last vector ends with the row and may overlap the one before it.
    for (let i: usize = 0; i < rowBytes; i += 16) {
      const at = i < last ? i : last;
      let v = pick<T, K>(v128.load(a + at), v128.load(a + at + shift));
      if (subtract) v = v128.sub<T>(v128.load(from + at), v);
      v128.store(out + at, v);
    }
  }
}

/**
 * The extremum of `span` pixels down each column, the window starting `before` rows above its pixel: van Herk /
 * Gil-Werman, 64 bytes of columns at a time in registers. `scratch` holds span × 64 bytes; a row is at least 64 bytes.
 */
function slideColumns<T, K>(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  const rowBytes = <usize>width * sizeof<T>();
  for (let left: usize = 0; left < rowBytes; left += 64) {
    const x = left + 64 <= rowBytes ? left : rowBytes - 64;
    for (let block = 0; block < height; block += span) {
      let a = neutral<K>();
      let b = a;
      let c = a;
      let d = a;
      for (let t = span - 1; t >= 0; t--) {
        let y = block + t - before;
        const inside = y >= 0 && y < height;
        if (inside || mirrored) {
          if (!inside) y = reflect(y, height);
          const p = src + <usize>y * rowBytes + x;
          a = pick<T, K>(a, v128.load(p));
          b = pick<T, K>(b, v128.load(p, 16));
          c = pick<T, K>(c, v128.load(p, 32));
          d = pick<T, K>(d, v128.load(p, 48));
        }
        const suffix = scratch + <usize>t * 64;
        v128.store(suffix, a);
        v128.store(suffix, b, 16);
        v128.store(suffix, c, 32);
        v128.store(suffix, d, 48);
      }

      a = neutral<K>();
      b = a;
      c = a;
      d = a;
      const rows = min(span, height - block);
      for (let t = 0; t < rows; t++) {
        let y = block + span + t - 1 - before;
        const inside = y >= 0 && y < height;
        if (t > 0 && (inside || mirrored)) {
          if (!inside) y = reflect(y, height);
          const p = src + <usize>y * rowBytes + x;
          a = pick<T, K>(a, v128.load(p));
          b = pick<T, K>(b, v128.load(p, 16));
          c = pick<T, K>(c, v128.load(p, 32));
          d = pick<T, K>(d, v128.load(p, 48));
        }
        const suffix = scratch + <usize>t * 64;
        const out = dst + <usize>(block + t) * rowBytes + x;
        v128.store(out, pick<T, K>(a, v128.load(suffix)));
        v128.store(out, pick<T, K>(b, v128.load(suffix, 16)), 16);
        v128.store(out, pick<T, K>(c, v128.load(suffix, 32)), 32);
        v128.store(out, pick<T, K>(d, v128.load(suffix, 48)), 48);
      }
    }
  }
}

export function slideRowsMax8(
  src: usize,
  dst: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideRows<u8, Max>(src, dst, subtract, width, height, before, span, mirrored, scratch);
}

export function slideRowsMax16(
  src: usize,
  dst: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideRows<u16, Max>(src, dst, subtract, width, height, before, span, mirrored, scratch);
}

export function slideRowsMin8(
  src: usize,
  dst: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideRows<u8, Min>(src, dst, subtract, width, height, before, span, mirrored, scratch);
}

export function slideRowsMin16(
  src: usize,
  dst: usize,
  subtract: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideRows<u16, Min>(src, dst, subtract, width, height, before, span, mirrored, scratch);
}

export function slideColumnsMax8(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u8, Max>(src, dst, width, height, before, span, mirrored, scratch);
}

export function slideColumnsMax16(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u16, Max>(src, dst, width, height, before, span, mirrored, scratch);
}

export function slideColumnsMin8(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u8, Min>(src, dst, width, height, before, span, mirrored, scratch);
}

export function slideColumnsMin16(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  before: i32,
  span: i32,
  mirrored: bool,
  scratch: usize,
): void {
  slideColumns<u16, Min>(src, dst, width, height, before, span, mirrored, scratch);
}
