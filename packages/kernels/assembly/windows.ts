import { Max, Min, pick } from "./order";

/**
 * Makes a table of wider windows: `dst` pixel = extremum of the `src` pixel and the one `shift` bytes on. Runs row by
 * row through `steps` records of (source table, target table, shift), byte offsets, so that a row's tables stay in
 * cache while they build on each other. Reads up to `shift` bytes past a row, where the results mean nothing.
 */
function widen<T, K>(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  for (let y = 0; y < rows; y++) {
    const row = tables + <usize>(y * stride);
    for (let k = 0; k < count; k++) {
      const step = steps + <usize>k * 12;
      let src = row + <usize>load<i32>(step);
      let dst = row + <usize>load<i32>(step, 4);
      const shift = <usize>load<i32>(step, 8);
      const end = src + <usize>stride;
      for (; src < end; src += 32, dst += 32) {
        v128.store(dst, pick<T, K>(v128.load(src), v128.load(src + shift)));
        v128.store(dst, pick<T, K>(v128.load(src, 16), v128.load(src + shift, 16)), 16);
      }
    }
  }
}

export function widenMax8(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  widen<u8, Max>(tables, steps, count, rows, stride);
}

export function widenMax16(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  widen<u16, Max>(tables, steps, count, rows, stride);
}

export function widenMax32(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  widen<f32, Max>(tables, steps, count, rows, stride);
}

export function widenMin8(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  widen<u8, Min>(tables, steps, count, rows, stride);
}

export function widenMin16(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  widen<u16, Min>(tables, steps, count, rows, stride);
}

export function widenMin32(tables: usize, steps: usize, count: i32, rows: i32, stride: i32): void {
  widen<f32, Min>(tables, steps, count, rows, stride);
}
