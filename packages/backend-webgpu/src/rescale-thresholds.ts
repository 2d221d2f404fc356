import { type DType, integerRange, roundHalfToEven } from "@platewright/core";

/** A 32-bit dtype whose values a threshold is compared with. */
export type WideDType = "float32" | "int32" | "uint32";

const topBit = 0x80000000;
const words = new Uint32Array(1);
const views = {
  float32: new Float32Array(words.buffer),
  int32: new Int32Array(words.buffer),
  uint32: words,
};

/** The rank of a value among all of its dtype, as a whole number: the order of ranks is the order of values. */
function rankOf(dtype: WideDType, value: number): number {
  views[dtype][0] = value;
  const bits = words[0] as number;
  if (dtype === "uint32") return bits;
  const isNegative = bits >= topBit;
  return dtype === "float32" && isNegative ? 0xffffffff - bits : (bits ^ topBit) >>> 0;
}

function valueAt(dtype: WideDType, rank: number): number {
  if (dtype === "uint32") words[0] = rank;
  else if (dtype === "float32" && rank < topBit) words[0] = 0xffffffff - rank;
  else words[0] = (rank ^ topBit) >>> 0;
  return views[dtype][0] as number;
}

/**
 * The rank of the first value of dtype `from` that rescaling [low, high] to the integer dtype `to` brings to min + 1,
 * to min + 2, … as far as there are such: how many of them a value's rank reaches is how far above min it ends. What the
 * host computes in float64 is so had to the last bit on a device without float64. `low` and `high` are finite.
 */
export function rescaleThresholds(
  from: WideDType,
  to: DType,
  range: readonly [number, number],
): Uint32Array<ArrayBuffer> {
  const key = `${from} ${to} ${range.join(" ")}`;
  const known = found.get(key);
  if (known) return known;
  if (found.size >= mostFound) found.clear();
  const thresholds = findThresholds(from, to, range);
  found.set(key, thresholds);
  return thresholds;
}

// A step casts stack after stack with one range, and finding 65,535 thresholds takes milliseconds.
const found = new Map<string, Uint32Array<ArrayBuffer>>();
const mostFound = 8;

function findThresholds(
  from: WideDType,
  to: DType,
  [low, high]: readonly [number, number],
): Uint32Array<ArrayBuffer> {
  const { min, max } = integerRange(to) ?? { min: 0, max: 1 };
  const levelAt = (rank: number): number => {
    const value = min + ((valueAt(from, rank) - low) * (max - min)) / (high - low);
    return roundHalfToEven(Math.min(Math.max(value, min), max)) - min;
  };
  const isFloat = from === "float32";
  const first = isFloat ? rankOf(from, Number.NEGATIVE_INFINITY) : 0;
  const last = isFloat ? rankOf(from, Number.POSITIVE_INFINITY) : 0xffffffff;
  const [least, most] = [valueAt(from, first), valueAt(from, last)];

  const thresholds = new Uint32Array(levelAt(last));
  let rank = first;
  for (let i = 0; i < thresholds.length; i++) {
    const middle = low + ((i + 0.5) * (high - low)) / (max - min);
    const guess = Math.max(rank, rankOf(from, Math.min(Math.max(middle, least), most)));
    rank = firstReaching(levelAt, i + 1, { first: rank, guess, last });
    thresholds[i] = rank;
  }
  return thresholds;
}

/** The first rank whose level is at least this, which the last one's is; found from a guess outwards. */
function firstReaching(
  levelAt: (rank: number) => number,
  level: number,
  { first, guess, last }: { readonly first: number; readonly guess: number; readonly last: number },
): number {
  let below = guess; // falls short, or is the first of all
  let reaching = guess;
  for (let step = 1; below > first && levelAt(below) >= level; step *= 2) {
    reaching = below;
    below = Math.max(first, below - step);
  }
  for (let step = 1; levelAt(reaching) < level; step *= 2) {
    below = reaching;
    reaching = Math.min(last, reaching + step);
  }
  while (below < reaching) {
    const between = below + Math.floor((reaching - below) / 2);
    if (levelAt(between) >= level) reaching = between;
    else below = between + 1;
  }
  return reaching;
}
