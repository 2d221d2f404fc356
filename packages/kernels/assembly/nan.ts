/** Whether one of `count` float32 is NaN. */
export function hasNaN(data: usize, count: i32): bool {
  const whole = data + (<usize>(count & ~3) << 2);
  const end = data + (<usize>count << 2);
  for (; data < whole; data += 16) {
    const v = v128.load(data);
    if (v128.any_true(f32x4.ne(v, v))) return true;
  }
  for (; data < end; data += 4) {
    const v = load<f32>(data);
    if (v != v) return true;
  }
  return false;
}
