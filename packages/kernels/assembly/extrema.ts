import { Max, Min, pick } from "./order";

/** As `pick`, but a NaN of \`data\` wins, and one of `running` stays. */
function keep<T, K>(running: v128, data: v128): v128 {
  if (!isFloat<T>()) return pick<T, K>(running, data);
  const wins = isSigned<K>() ? v128.gt<T>(data, running) : v128.lt<T>(data, running);
  return v128.bitselect(data, running, v128.or(wins, v128.ne<T>(data, data)));
}

// Buffers are padded to whole vectors, so the last one may reach past the pixels.
function accumulate<T, K>(running: usize, data: usize, bytes: i32): void {
  const end = running + <usize>bytes;
  for (; running < end; running += 16, data += 16)
    v128.store(running, keep<T, K>(v128.load(running), v128.load(data)));
}

export function accumulateMax8(running: usize, data: usize, bytes: i32): void {
  accumulate<u8, Max>(running, data, bytes);
}

export function accumulateMax16(running: usize, data: usize, bytes: i32): void {
  accumulate<u16, Max>(running, data, bytes);
}

export function accumulateMax32(running: usize, data: usize, bytes: i32): void {
  accumulate<f32, Max>(running, data, bytes);
}

export function accumulateMin8(running: usize, data: usize, bytes: i32): void {
  accumulate<u8, Min>(running, data, bytes);
}

export function accumulateMin16(running: usize, data: usize, bytes: i32): void {
  accumulate<u16, Min>(running, data, bytes);
}

export function accumulateMin32(running: usize, data: usize, bytes: i32): void {
  accumulate<f32, Min>(running, data, bytes);
}
