/** The index inside 0 … length-1 that a half-sample symmetric border shows at `index`: …1 0 | 0 1 2 | 2 1… */
export function reflect(index: number, length: number): number {
  const period = 2 * length;
  const phase = ((index % period) + period) % period;
  return phase < length ? phase : period - 1 - phase;
}
