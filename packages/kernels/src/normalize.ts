import { checkLength, type Pixels, type SmallPixels } from "./pixels.ts";

/**
 * The lookup table that stretches [low, high] over the whole range of a uint8 or uint16 type:
 * `trunc((clip(v, low, high) - low) * max / (high - low))` in float64, all zeros if low equals high.
 * `lut` has 256 entries for uint8 or 65,536 for uint16 and is returned.
 */
export function normalizeLut<T extends SmallPixels>(low: number, high: number, lut: T): T {
  const max = lut instanceof Uint8Array ? 255 : 65535;
  checkLength("normalizeLut", "lut", lut, max + 1);
  if (low === high) return lut.fill(0) as T;
  const stretched = (v: number): number => Math.trunc(((v - low) * max) / (high - low));
  const first = Math.max(0, Math.ceil(low));
  const past = Math.max(first, Math.floor(high) + 1);
  lut.fill(0, 0, first);
  for (let v = first; v < past && v <= max; v++) lut[v] = stretched(v);
  // Not always the greatest value: the quotient rounds.
  lut.fill(stretched(high), past);
  return lut;
}

/**
 * Stretches [low, high] of any pixels over [0, max]: `(clip(v, low, high) - low) * max / (high - low)`, zeros if low
 * equals high. Float32 pixels are computed in float32 as numpy does, all others in float64. An integer `out` is
 * truncated, so `max` must fit it. NaN pixels stay NaN in a float `out` and become 0 in an integer one.
 * @throws RangeError when `out` is not as long as `data`.
 */
export function normalizeRange<T extends Pixels>(
  data: Pixels,
  low: number,
  high: number,
  max: number,
  out: T,
): T {
  checkLength("normalizeRange", "out", out, data.length);
  if (low === high) return out.fill(0) as T;
  if (data instanceof Float32Array) return normalizeSingle(data, low, high, max, out);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    const clipped = v < low ? low : v > high ? high : v;
    out[i] = ((clipped - low) * max) / (high - low);
  }
  return out;
}

function normalizeSingle<T extends Pixels>(
  data: Float32Array,
  low: number,
  high: number,
  max: number,
  out: T,
): T {
  const a = Math.fround(low);
  const b = Math.fround(high);
  const range = Math.fround(high - low);
  const scale = Math.fround(max);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    const clipped = v < a ? a : v > b ? b : v;
    out[i] = Math.fround(Math.fround(Math.fround(clipped - a) * scale) / range);
  }
  return out;
}
