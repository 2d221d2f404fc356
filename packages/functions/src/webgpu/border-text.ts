/**
 * WGSL: the index inside 0 … n-1 that a half-sample symmetric border shows at `i`: … 1 0 | 0 1 2 | 2 1 …, as scipy's
 * "reflect".
 */
export const reflectText = `
fn reflect_in(i: i32, n: u32) -> u32 {
  if (i >= 0 && u32(i) < n) { return u32(i); }
  let period = 2 * i32(n);
  var phase = i % period;
  if (phase < 0) { phase += period; }
  return u32(select(period - 1 - phase, phase, phase < i32(n)));
}`;
