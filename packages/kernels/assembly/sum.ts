/** Adds `count` uint16 pixels to uint32 sums, eight at a time; both buffers are padded to whole vectors. */
export function accumulateSum16(sum: usize, data: usize, count: i32): void {
  const end = data + (<usize>count << 1);
  for (; data < end; data += 16, sum += 32) {
    const pixels = v128.load(data);
    v128.store(sum, i32x4.add(v128.load(sum), i32x4.extend_low_i16x8_u(pixels)));
    v128.store(sum, i32x4.add(v128.load(sum, 16), i32x4.extend_high_i16x8_u(pixels)), 16);
  }
}

/** Adds `count` uint8 pixels to uint32 sums, eight at a time; both buffers are padded to whole vectors. */
export function accumulateSum8(sum: usize, data: usize, count: i32): void {
  const end = data + <usize>count;
  for (; data < end; data += 8, sum += 32) {
    const pixels = v128.load_ext<u8>(data);
    v128.store(sum, i32x4.add(v128.load(sum), i32x4.extend_low_i16x8_u(pixels)));
    v128.store(sum, i32x4.add(v128.load(sum, 16), i32x4.extend_high_i16x8_u(pixels)), 16);
  }
}

/** Adds `count` float32 pixels to float32 sums, four at a time; both buffers are padded to whole vectors. */
export function accumulateSum32(sum: usize, data: usize, count: i32): void {
  const end = data + (<usize>count << 2);
  for (; data < end; data += 16, sum += 16) v128.store(sum, f32x4.add(v128.load(sum), v128.load(data)));
}
