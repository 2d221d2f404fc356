import type { Chord, Neighbourhood } from "./neighbourhood.ts";

/** A block of offsets 2^level wide and 1, 2 or 4 rows tall whose first offset is (dy, dx). */
export interface Window {
  readonly dy: number;
  readonly dx: number;
  readonly level: number;
  readonly tall: 1 | 2 | 4;
}

// Below this many rows, tables of tall windows cost more than the loads they spare.
const LEAST_ROWS_FOR_TALL = 12;

/**
 * Covers a neighbourhood exactly with overlapping windows, few enough that their number grows with its perimeter, not
 * its area: two windows a chord, and blocks several rows tall where the neighbourhood is at its widest. Greedy, in two
 * orders of the chords, of which the better is kept; checks its own cover.
 */
export function coverWithWindows(around: Neighbourhood): readonly Window[] {
  const narrowFirst = [...around.chords].sort((a, b) => a.x1 - a.x0 - (b.x1 - b.x0));
  const covers = [narrowFirst, around.chords].map((chords) => coverInOrder(around, chords));
  return covers.reduce((best, cover) => (cover.length < best.length ? cover : best));
}

function coverInOrder(around: Neighbourhood, order: readonly Chord[]): Window[] {
  const { top, bottom, left, right, chords } = around;
  const rows = bottom - top + 1;
  const columns = right - left + 1;
  const belongs = new Uint8Array(rows * columns);
  for (const { dy, x0, x1 } of chords)
    belongs.fill(1, (dy - top) * columns + x0 - left, (dy - top) * columns + x1 - left + 1);
  const covered = new Uint8Array(rows * columns);
  const count = (cells: Uint8Array, { dy, dx, level, tall }: Window): number => {
    let sum = 0;
    for (let y = dy - top; y < dy - top + tall; y++) {
      if (y < 0 || y >= rows) continue;
      const from = y * columns + dx - left;
      for (let x = from; x < from + (1 << level); x++) sum += cells[x] as number;
    }
    return sum;
  };

  const widest = Math.max(...chords.map(({ x0, x1 }) => levelOf(x0, x1)));
  const windows: Window[] = [];
  const place = (row: Window): void => {
    if (count(covered, row) === 1 << row.level) return;
    let best = row;
    let gain = (1 << row.level) - count(covered, row);
    if (row.level === widest && rows >= LEAST_ROWS_FOR_TALL)
      for (const tall of [2, 4] as const)
        for (let dy = row.dy - tall + 1; dy <= row.dy; dy++) {
          const block = { ...row, dy, tall };
          if (count(belongs, block) < tall << row.level) continue;
          const more = (tall << row.level) - count(covered, block);
          if (more > gain) [best, gain] = [block, more];
        }
    windows.push(best);
    for (let y = best.dy - top; y < best.dy - top + best.tall; y++) {
      const from = y * columns + best.dx - left;
      covered.fill(1, from, from + (1 << best.level));
    }
  };
  for (const { dy, x0, x1 } of order) {
    const level = levelOf(x0, x1);
    place({ dy, dx: x0, level, tall: 1 });
    place({ dy, dx: x1 + 1 - (1 << level), level, tall: 1 });
  }
  if (covered.some((cell, i) => cell !== belongs[i]))
    throw new Error("coverWithWindows: the windows do not cover the footprint. This is a bug.");
  // Neighbouring loads then touch neighbouring rows.
  return windows.sort((a, b) => a.dy - b.dy || a.dx - b.dx);
}

function levelOf(x0: number, x1: number): number {
  return 31 - Math.clz32(x1 - x0 + 1);
}
