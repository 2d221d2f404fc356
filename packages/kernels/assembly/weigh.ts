/** Adds `count` uint16 pixels times a weight to float32 sums, eight at a time; buffers are padded to whole vectors. */
export function weigh16(sum: usize, data: usize, count: i32, weight: f32): void {
  const w = f32x4.splat(weight);
  const end = data + (<usize>count << 1);
  for (; data < end; data += 16, sum += 32) {
    const pixels = v128.load(data);
    const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(pixels)), w);
    const high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(pixels)), w);
    v128.store(sum, f32x4.add(v128.load(sum), low));
    v128.store(sum, f32x4.add(v128.load(sum, 16), high), 16);
  }
}

/** Adds `count` uint8 pixels times a weight to float32 sums, eight at a time; buffers are padded to whole vectors. */
export function weigh8(sum: usize, data: usize, count: i32, weight: f32): void {
  const w = f32x4.splat(weight);
  const end = data + <usize>count;
  for (; data < end; data += 8, sum += 32) {
    const pixels = v128.load_ext<u8>(data);
    const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(pixels)), w);
    const high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(pixels)), w);
    v128.store(sum, f32x4.add(v128.load(sum), low));
    v128.store(sum, f32x4.add(v128.load(sum, 16), high), 16);
  }
}

/** Adds `count` float32 pixels times a weight to float32 sums, four at a time; buffers are padded to whole vectors. */
export function weigh32(sum: usize, data: usize, count: i32, weight: f32): void {
  const w = f32x4.splat(weight);
  for (const end = data + (<usize>count << 2); data < end; data += 16, sum += 16)
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(v128.load(data), w)));
}

function truncated(sum: usize): v128 {
  const low = i32x4.trunc_sat_f32x4_s(v128.load(sum));
  return i16x8.narrow_i32x4_u(low, i32x4.trunc_sat_f32x4_s(v128.load(sum, 16)));
}

/** Writes `count` sums as uint16, truncated and saturated. */
export function storeWeighted16(sum: usize, dst: usize, count: i32): void {
  const end = dst + (<usize>count << 1);
  for (; dst < end; dst += 16, sum += 32) v128.store(dst, truncated(sum));
}

/** Writes `count` sums as uint8, truncated and saturated. */
export function storeWeighted8(sum: usize, dst: usize, count: i32): void {
  const end = dst + <usize>count;
  // Signed narrowing reads 16-bit lanes as signed, so they are first cut to what a byte can hold.
  for (; dst < end; dst += 8, sum += 32) {
    const bytes = v128.min<u16>(truncated(sum), i16x8.splat(255));
    store<i64>(dst, i64x2.extract_lane(i8x16.narrow_i16x8_u(bytes, bytes), 0));
  }
}
