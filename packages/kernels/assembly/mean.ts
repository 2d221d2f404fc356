// The quotients of four uint32 and a divisor, rounded half to even.
function quotients(sum: usize, divisor: v128): v128 {
  const sums = v128.load(sum);
  const low = f64x2.nearest(f64x2.div(f64x2.convert_low_i32x4_u(sums), divisor));
  const rest = v128.shuffle<u64>(sums, sums, 1, 1);
  const high = f64x2.nearest(f64x2.div(f64x2.convert_low_i32x4_u(rest), divisor));
  return v128.shuffle<u64>(i32x4.trunc_sat_f64x2_s_zero(low), i32x4.trunc_sat_f64x2_s_zero(high), 0, 2);
}

function eightMeans(sum: usize, divisor: v128): v128 {
  return i16x8.narrow_i32x4_u(quotients(sum, divisor), quotients(sum + 16, divisor));
}

/** Divides `count` uint32 sums and writes them as uint8, eight at a time; both buffers are padded to whole vectors. */
export function storeMean8(sum: usize, dst: usize, count: i32, divisor: f64): void {
  const d = f64x2.splat(divisor);
  for (const end = dst + <usize>count; dst < end; dst += 8, sum += 32) {
    const means = eightMeans(sum, d);
    store<i64>(dst, i64x2.extract_lane(i8x16.narrow_i16x8_u(means, means), 0));
  }
}

/** Divides `count` uint32 sums and writes them as uint16, eight at a time; both buffers are padded to whole vectors. */
export function storeMean16(sum: usize, dst: usize, count: i32, divisor: f64): void {
  const d = f64x2.splat(divisor);
  for (const end = dst + (<usize>count << 1); dst < end; dst += 16, sum += 32) v128.store(dst, eightMeans(sum, d));
}

/** Divides `count` float32 sums, four at a time; both buffers are padded to whole vectors. */
export function storeMean32(sum: usize, dst: usize, count: i32, divisor: f64): void {
  const d = f32x4.splat(<f32>divisor);
  for (const end = dst + (<usize>count << 2); dst < end; dst += 16, sum += 16)
    v128.store(dst, f32x4.div(v128.load(sum), d));
}
