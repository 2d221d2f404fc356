// The key of a float32 is an unsigned number that sorts as it does: of negative numbers all bits turned, of others the first.

function increment(table: usize, index: u32): void {
  const at = table + (<usize>index << 2);
  store<u32>(at, load<u32>(at) + 1);
}

function highOf(data: usize): u32 {
  const bits = load<i32>(data);
  return (<u32>bits ^ (<u32>(bits >> 31) | 0x80000000)) >> 16;
}

/**
 * Adds the high halves of the keys of `count` float32 to two tables of 65,536 counts; the histogram is their sum, as in
 * `countLevels16`.
 */
export function countHighs(data: usize, count: i32, even: usize, odd: usize): void {
  const whole = data + (<usize>(count & ~1) << 2);
  for (; data < whole; data += 8) {
    increment(even, highOf(data));
    increment(odd, highOf(data + 4));
  }
  if (count & 1) increment(even, highOf(data));
}

/** Adds the low halves of those keys whose high half is `high` to a table. Vectors may reach past the pixels, which do not count. */
export function countLows(data: usize, count: i32, high: i32, counts: usize): void {
  const wanted = i32x4.splat(high);
  const first = i32x4.splat(0x80000000);
  const end = data + (<usize>count << 2);
  for (; data < end; data += 16) {
    const bits = v128.load(data);
    const keys = v128.xor(bits, v128.or(i32x4.shr_s(bits, 31), first));
    const found = i32x4.bitmask(i32x4.eq(i32x4.shr_u(keys, 16), wanted));
    for (let lanes = found; lanes != 0; lanes &= lanes - 1) {
      const at = data + (<usize>ctz(lanes) << 2);
      if (at >= end) return;
      const raw = load<i32>(at);
      increment(counts, (<u32>raw ^ (<u32>(raw >> 31) | 0x80000000)) & 0xffff);
    }
  }
}
