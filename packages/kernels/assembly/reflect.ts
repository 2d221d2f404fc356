/** The index inside 0 … length-1 that a half-sample symmetric border shows at `index`. */
export function reflect(index: i32, length: i32): i32 {
  const period = 2 * length;
  let phase = index % period;
  if (phase < 0) phase += period;
  return phase < length ? phase : period - 1 - phase;
}
