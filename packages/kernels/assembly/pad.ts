import { fillWith } from "./order";
import { reflect } from "./reflect";

/**
 * Copies a strip of a plane, with what lies around it, into the first table of a gather plan: table pixel (r, c) is
 * plane pixel (top + r, left + c). Outside the plane it is reflected, or the bits of `fill` where not `mirrored`.
 */
function padStrip<T>(
  src: usize,
  width: i32,
  height: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  mirrored: bool,
  fill: i32,
  dst: usize,
  stride: i32,
): void {
  const size = sizeof<T>();
  const first = max(0, min(columns, -left));
  const last = max(first, min(columns, width - left));
  for (let r = 0; r < rows; r++, dst += <usize>stride) {
    let y = top + r;
    const inside = y >= 0 && y < height;
    if (!inside && !mirrored) {
      fillWith<T>(dst, fill, <usize>columns * size);
      continue;
    }
    if (!inside) y = reflect(y, height);
    const row = src + <usize>(y * width) * size;
    memory.copy(dst + <usize>first * size, row + <usize>(left + first) * size, <usize>(last - first) * size);
    if (mirrored) {
      for (let c = 0; c < first; c++)
        store<T>(dst + <usize>c * size, load<T>(row + <usize>reflect(left + c, width) * size));
      for (let c = last; c < columns; c++)
        store<T>(dst + <usize>c * size, load<T>(row + <usize>reflect(left + c, width) * size));
    } else {
      fillWith<T>(dst, fill, <usize>first * size);
      fillWith<T>(dst + <usize>last * size, fill, <usize>(columns - last) * size);
    }
  }
}

export function padStrip8(
  src: usize,
  width: i32,
  height: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  mirrored: bool,
  fill: i32,
  dst: usize,
  stride: i32,
): void {
  padStrip<u8>(src, width, height, top, left, rows, columns, mirrored, fill, dst, stride);
}

export function padStrip16(
  src: usize,
  width: i32,
  height: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  mirrored: bool,
  fill: i32,
  dst: usize,
  stride: i32,
): void {
  padStrip<u16>(src, width, height, top, left, rows, columns, mirrored, fill, dst, stride);
}

export function padStrip32(
  src: usize,
  width: i32,
  height: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  mirrored: bool,
  fill: i32,
  dst: usize,
  stride: i32,
): void {
  padStrip<f32>(src, width, height, top, left, rows, columns, mirrored, fill, dst, stride);
}
