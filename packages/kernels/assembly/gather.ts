import { Max, Min, neutral, pick } from "./order";

/**
 * The extremum over `count` byte offsets (int32) from each table position, for a strip of `rows` rows and `bytes`
 * bytes (at least 64). With `subtract` (0 = none) the result is taken from that plane, whose rows, like those of
 * `dst`, are `pitch` bytes apart.
 */
function gather<T, K>(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  const pairs = offsets + <usize>(count & ~1) * 4;
  const end = offsets + <usize>count * 4;
  for (let left = 0; left < bytes; left += 64) {
    const x = <usize>(left + 64 <= bytes ? left : bytes - 64);
    for (let y = 0; y < rows; y++) {
      const base = tables + <usize>(y * stride) + x;
      let a = neutral<T, K>();
      let b = a;
      let c = a;
      let d = a;
      let at = offsets;
      for (; at < pairs; at += 8) {
        const p = base + <usize>load<i32>(at);
        const q = base + <usize>load<i32>(at, 4);
        a = pick<T, K>(a, pick<T, K>(v128.load(p), v128.load(q)));
        b = pick<T, K>(b, pick<T, K>(v128.load(p, 16), v128.load(q, 16)));
        c = pick<T, K>(c, pick<T, K>(v128.load(p, 32), v128.load(q, 32)));
        d = pick<T, K>(d, pick<T, K>(v128.load(p, 48), v128.load(q, 48)));
      }
      if (at < end) {
        const p = base + <usize>load<i32>(at);
        a = pick<T, K>(a, v128.load(p));
        b = pick<T, K>(b, v128.load(p, 16));
        c = pick<T, K>(c, v128.load(p, 32));
        d = pick<T, K>(d, v128.load(p, 48));
      }
      const place = <usize>(y * pitch) + x;
      if (subtract) {
        const from = subtract + place;
        a = v128.sub<T>(v128.load(from), a);
        b = v128.sub<T>(v128.load(from, 16), b);
        c = v128.sub<T>(v128.load(from, 32), c);
        d = v128.sub<T>(v128.load(from, 48), d);
      }
      v128.store(dst + place, a);
      v128.store(dst + place, b, 16);
      v128.store(dst + place, c, 32);
      v128.store(dst + place, d, 48);
    }
  }
}

export function gatherMax8(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  gather<u8, Max>(tables, stride, offsets, count, dst, subtract, pitch, bytes, rows);
}

export function gatherMax16(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  gather<u16, Max>(tables, stride, offsets, count, dst, subtract, pitch, bytes, rows);
}

export function gatherMax32(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  gather<f32, Max>(tables, stride, offsets, count, dst, subtract, pitch, bytes, rows);
}

export function gatherMin8(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  gather<u8, Min>(tables, stride, offsets, count, dst, subtract, pitch, bytes, rows);
}

export function gatherMin16(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  gather<u16, Min>(tables, stride, offsets, count, dst, subtract, pitch, bytes, rows);
}

export function gatherMin32(
  tables: usize,
  stride: i32,
  offsets: usize,
  count: i32,
  dst: usize,
  subtract: usize,
  pitch: i32,
  bytes: i32,
  rows: i32,
): void {
  gather<f32, Min>(tables, stride, offsets, count, dst, subtract, pitch, bytes, rows);
}
