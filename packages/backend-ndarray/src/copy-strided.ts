import type { TypedArray } from "@platewright/core";

interface Axis {
  readonly length: number;
  /** Distance between neighbours, in values. */
  readonly stride: number;
}

/** Where values lie apart in memory: their first place, and the way along each axis. */
export interface Strided {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Copies strided values into `out`, dense and in row-major order; rows that are whole in memory are copied as such. */
export function copyStrided(
  source: TypedArray,
  { shape, stride, offset }: Strided,
  target: TypedArray,
): void {
  if (target.length === 0) return;
  const [data, out] = [bitsOf(source), bitsOf(target)];
  const axes = joinAxes(shape.map((length, axis) => ({ length, stride: stride[axis] as number })));
  const row = axes.pop() ?? { length: 1, stride: 1 };
  const across = axes.at(-1);
  if (across?.stride === 1) {
    copyBlocks(data, axes, row, offset, out);
    return;
  }
  const copyRow = row.stride === 1 ? copyWhole : row.stride === -1 ? copyReversed : copyApart;
  visitRows(axes, offset, row.length, (from, at) => copyRow(data, from, row, out, at));
}

/** The values as plain bits, so that few kinds of arrays pass through the loops, and every NaN as it is. */
function bitsOf({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: TypedArray): Bits {
  const at = buffer as ArrayBuffer;
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(at, byteOffset, length);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(at, byteOffset, length);
  if (BYTES_PER_ELEMENT === 4) return new Uint32Array(at, byteOffset, length);
  return new Float64Array(at, byteOffset, length);
}

type Bits = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same places with as few axes as can be: those of one value are left out, those that follow on each other become one. */
function joinAxes(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes) {
    const outer = joined.at(-1);
    if (axis.length === 1) continue;
    if (outer?.stride === axis.length * axis.stride) {
      joined[joined.length - 1] = { length: outer.length * axis.length, stride: axis.stride };
    } else joined.push(axis);
  }
  return joined;
}

/** Calls back for each row with the place of its first value, and where the row goes. */
function visitRows(
  axes: readonly Axis[],
  offset: number,
  rowLength: number,
  visit: (from: number, at: number) => void,
): void {
  let at = 0;
  const walk = (level: number, from: number): void => {
    const axis = axes[level];
    if (axis === undefined) {
      visit(from, at);
      at += rowLength;
      return;
    }
    for (let i = 0; i < axis.length; i++) walk(level + 1, from + i * axis.stride);
  };
  walk(0, offset);
}

function copyWhole(data: Bits, from: number, { length }: Axis, out: Bits, at: number): void {
  out.set(data.subarray(from, from + length) as never, at);
}

function copyReversed(data: Bits, from: number, { length }: Axis, out: Bits, at: number): void {
  out.set(data.subarray(from - length + 1, from + 1) as never, at);
  out.subarray(at, at + length).reverse();
}

function copyApart(
  data: TypedArray,
  from: number,
  { length, stride }: Axis,
  out: TypedArray,
  at: number,
): void {
  for (let i = 0, place = from; i < length; i++, place += stride) out[at + i] = data[place] as number;
}

/** The last two axes change places on the way: small squares, of which both sides stay in the cache. */
function copyBlocks(
  data: TypedArray,
  axes: readonly Axis[],
  row: Axis,
  offset: number,
  out: TypedArray,
): void {
  const side = 32;
  const across = axes.at(-1) as Axis;
  visitRows(axes.slice(0, -1), offset, across.length * row.length, (from, at) => {
    for (let y0 = 0; y0 < across.length; y0 += side) {
      for (let x0 = 0; x0 < row.length; x0 += side) {
        const yEnd = Math.min(y0 + side, across.length);
        const xEnd = Math.min(x0 + side, row.length);
        for (let y = y0; y < yEnd; y++) {
          for (let x = x0; x < xEnd; x++)
            out[at + y * row.length + x] = data[from + y + x * row.stride] as number;
        }
      }
    }
  });
}
