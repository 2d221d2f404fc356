/** Whether a float32 of `bytes` bytes, at least 16, is NaN. */
export function hasNaN(data: usize, bytes: i32): bool {
  const end = data + <usize>bytes;
  const last = end - 16;
  for (; data < end; data += 16) {
    const v = v128.load(data < last ? data : last);
    if (v128.any_true(f32x4.ne(v, v))) return true;
  }
  return false;
}
