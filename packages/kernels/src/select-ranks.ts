import { allocate, type Pixels } from "./pixels.ts";
import type { CountKeys, Flip } from "./plain/count-keys.ts";

/**
 * The values at ascending `ranks` (0 = smallest) among the pixels of all chunks, as sorting them would give; NaN at
 * every rank if a pixel is NaN. All chunks have the same pixel type. 8- to 32-bit types are selected by counting the
 * high and then the low 16 bits of an order-preserving key, without a copy; float64 is sorted in a copy.
 */
export function selectRanks(
  { hasNaN, countHighs, countLows }: CountKeys,
  chunks: readonly Pixels[],
  ranks: readonly number[],
): number[] {
  const first = chunks[0];
  if (!first) return ranks.map(() => Number.NaN);
  if (first instanceof Float64Array) return sortedRanks(chunks, ranks);
  if (first instanceof Float32Array && chunks.some(hasNaN)) return ranks.map(() => Number.NaN);
  const keys = chunks.map((chunk) => keysOf(chunk));
  const flip: Flip = first instanceof Float32Array ? "float" : isSigned(first) ? "signed" : "none";

  const high = new Uint32Array(65536);
  for (const chunk of keys) countHighs(chunk, flip, high);
  const found = new Map<number, { readonly low: Uint32Array; readonly before: number }>();
  return ranks.map((rank) => {
    const bin = walk(high, rank, 0);
    let cell = found.get(bin.index);
    if (!cell) {
      const low = new Uint32Array(65536);
      for (const chunk of keys) countLows(chunk, flip, bin.index, low);
      cell = { low, before: bin.before };
      found.set(bin.index, cell);
    }
    const key = bin.index * 65536 + walk(cell.low, rank, cell.before).index;
    return numberOf(key, flip);
  });
}

function isSigned(data: Pixels): boolean {
  return data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
}

// Float32 pixels are read by their bits; narrow integers are widened once so that the counting loops see one type.
function keysOf(data: Pixels): Int32Array {
  if (data instanceof Int32Array) return data;
  if (data instanceof Float32Array || data instanceof Uint32Array)
    return new Int32Array(data.buffer, data.byteOffset, data.length);
  const widened = allocate(Int32Array, data.length);
  widened.set(data);
  return widened;
}

function numberOf(key: number, flip: Flip): number {
  if (flip === "none") return key;
  if (flip === "signed") return (key ^ 0x80000000) | 0;
  const bits = key >= 0x80000000 ? key & 0x7fffffff : ~key;
  return new Float32Array(Int32Array.of(bits).buffer)[0] as number;
}

function walk(counts: Uint32Array, rank: number, start: number): { index: number; before: number } {
  let before = start;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] as number;
    if (before + count > rank) return { index, before };
    before += count;
  }
  return { index: counts.length - 1, before };
}

function sortedRanks(chunks: readonly Pixels[], ranks: readonly number[]): number[] {
  const all = allocate(
    Float64Array,
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  all.sort();
  // A typed array sorts NaN to the end.
  if (Number.isNaN(all[all.length - 1])) return ranks.map(() => Number.NaN);
  return ranks.map((rank) => all[rank] as number);
}
