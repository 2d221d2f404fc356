function increment(table: usize, level: usize): void {
  const at = table + (level << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/**
 * Adds `count` uint16 pixels to two tables of 65,536 counts; the histogram is their sum. Neighbouring pixels are often
 * equal, and two tables spare the second from waiting for the first one's store.
 */
export function countLevels16(data: usize, count: i32, even: usize, odd: usize): void {
  const whole = data + (<usize>(count & ~3) << 1);
  const end = data + (<usize>count << 1);
  for (; data < whole; data += 8) {
    increment(even, <usize>load<u16>(data));
    increment(odd, <usize>load<u16>(data, 2));
    increment(even, <usize>load<u16>(data, 4));
    increment(odd, <usize>load<u16>(data, 6));
  }
  for (; data < end; data += 2) increment(even, <usize>load<u16>(data));
}

/** Adds `count` uint8 pixels to two tables of 256 counts; the histogram is their sum. */
export function countLevels8(data: usize, count: i32, even: usize, odd: usize): void {
  const whole = data + <usize>(count & ~3);
  const end = data + <usize>count;
  for (; data < whole; data += 4) {
    const four = load<u32>(data);
    increment(even, <usize>(four & 0xff));
    increment(odd, <usize>((four >> 8) & 0xff));
    increment(even, <usize>((four >> 16) & 0xff));
    increment(odd, <usize>(four >> 24));
  }
  for (; data < end; data++) increment(even, <usize>load<u8>(data));
}

/** Adds one table to another, `levels` counts of 32 bits. */
export function mergeCounts(into: usize, from: usize, levels: i32): void {
  const end = into + (<usize>levels << 2);
  for (; into < end; into += 16, from += 16)
    v128.store(into, i32x4.add(v128.load(into), v128.load(from)));
}
