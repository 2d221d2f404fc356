import { Max, Min, pick } from "./order";

// Buffers are padded to whole vectors, so the last one may reach past the pixels.
function accumulate<T, K>(running: usize, data: usize, bytes: i32): void {
  const end = running + <usize>bytes;
  for (; running < end; running += 16, data += 16)
    v128.store(running, pick<T, K>(v128.load(running), v128.load(data)));
}

export function accumulateMax8(running: usize, data: usize, bytes: i32): void {
  accumulate<u8, Max>(running, data, bytes);
}

export function accumulateMax16(running: usize, data: usize, bytes: i32): void {
  accumulate<u16, Max>(running, data, bytes);
}

export function accumulateMin8(running: usize, data: usize, bytes: i32): void {
  accumulate<u8, Min>(running, data, bytes);
}

export function accumulateMin16(running: usize, data: usize, bytes: i32): void {
  accumulate<u16, Min>(running, data, bytes);
}
