const most = 0xffffffff;

/** The best fraction of two 32-bit whole numbers for a positive number, by its continued fraction. */
export function toRational(value: number): readonly [numerator: number, denominator: number] {
  let [before, beforeUnder] = [0, 1];
  let [numerator, denominator] = [1, 0];
  let rest = value;
  for (;;) {
    const whole = Math.floor(rest);
    const next = whole * numerator + before;
    const nextUnder = whole * denominator + beforeUnder;
    if (next > most || nextUnder > most) break;
    [before, beforeUnder, numerator, denominator] = [numerator, denominator, next, nextUnder];
    if (rest === whole || numerator / denominator === value) break;
    rest = 1 / (rest - whole);
  }
  if (denominator > 0 && numerator > 0) return [numerator, denominator];
  return value > 1 ? [most, 1] : [1, most];
}
