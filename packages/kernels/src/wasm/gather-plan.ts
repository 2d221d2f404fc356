import type { Neighbourhood } from "../neighbourhood.ts";
import { coverWithWindows, type Window } from "../window-cover.ts";

/** Everything about a neighbourhood that the gather kernel needs, for slices of one size and pixel type. */
export interface GatherPlan {
  /** Columns of the slice worked on at a time; the tables of a strip and band stay in cache. */
  readonly strip: number;
  /** Rows of the slice worked on at a time. */
  readonly band: number;
  /** Table rows beyond those of a band: what its windows reach above and below it. */
  readonly rowReach: number;
  /** Table columns: the strip and what its windows reach around it. */
  readonly columns: number;
  /** Bytes from one table row to the next. */
  readonly stride: number;
  /** Bytes of all tables. */
  readonly bytes: number;
  /** Steps that widen the first table along the rows: (source, target, shift) in bytes. */
  readonly widen: Int32Array;
  /** Steps that then pair rows of the widest table, one at a time, with how many rows fewer each covers. */
  readonly pair: readonly { readonly step: Int32Array; readonly fewer: number }[];
  /** Byte offsets of all windows from a pixel's place in the first table. */
  readonly offsets: Int32Array;
}

const STRIP_BYTES = 512;
const BAND_ROWS = 256;
const covers = new WeakMap<Neighbourhood, readonly Window[]>();
const plans = new WeakMap<Neighbourhood, Map<string, GatherPlan>>();

/** Plans the gather of a neighbourhood over slices `width` × `height` of `size`-byte pixels, once for each. */
export function planGather(around: Neighbourhood, width: number, height: number, size: number): GatherPlan {
  const known = plans.get(around) ?? new Map<string, GatherPlan>();
  plans.set(around, known);
  const key = `${width}×${height}×${size}`;
  const plan = known.get(key) ?? compile(around, width, height, size);
  // Slices come in few sizes; a caller with many would otherwise keep a plan for each of them.
  if (known.size > 8) known.clear();
  known.set(key, plan);
  return plan;
}

function compile(around: Neighbourhood, width: number, height: number, size: number): GatherPlan {
  const { top, bottom, left, right } = around;
  const windows = covers.get(around) ?? coverWithWindows(around);
  covers.set(around, windows);
  const strip = Math.min(STRIP_BYTES / size, width);
  const columns = strip + right - left;
  const band = Math.min(BAND_ROWS, height);
  const rowReach = bottom - top;
  // An odd number of cache lines a row, and tables a little off whole pages, so that the same column of many rows
  // and tables does not fall into the same cache set.
  const stride = (Math.ceil((columns * size) / 64) | 1) * 64;
  const table = Math.ceil((stride * (band + rowReach + 1)) / 4096) * 4096 + 1408;
  const widest = Math.max(...windows.map(({ level }) => level));
  const tallest = Math.max(...windows.map(({ tall }) => tall));

  const widen: number[] = [];
  for (let level = 0; level < widest; level++) widen.push(level * table, (level + 1) * table, size << level);
  const pair: { step: Int32Array; fewer: number }[] = [];
  if (tallest > 1) pair.push({ step: Int32Array.of(widest * table, (widest + 1) * table, stride), fewer: 1 });
  if (tallest > 2)
    pair.push({
      step: Int32Array.of((widest + 1) * table, (widest + 2) * table, 2 * stride),
      fewer: 3,
    });
  return {
    strip,
    band,
    rowReach,
    columns,
    stride,
    bytes: (widest + pair.length + 1) * table + (size << widest),
    widen: Int32Array.from(widen),
    pair,
    offsets: Int32Array.from(windows, ({ dy, dx, level, tall }) => {
      const place = level + (tall === 4 ? 2 : tall - 1);
      return place * table + (dy - top) * stride + (dx - left) * size;
    }),
  };
}
