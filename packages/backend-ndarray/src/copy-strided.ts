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
  const across = axes.pop() ?? { length: 1, stride: 0 };
  const copyPlane = planeCopier(across, row);
  let at = 0;
  const walk = (level: number, from: number): void => {
    const axis = axes[level];
    if (axis) {
      for (let i = 0; i < axis.length; i++) walk(level + 1, from + i * axis.stride);
      return;
    }
    copyPlane(data, from, across, row, out, at);
    at += across.length * row.length;
  };
  walk(0, offset);
}

/** Copies rows, `across` from each other, to where `out` begins at `at`. */
type CopyPlane = (data: Bits, from: number, across: Axis, row: Axis, out: Bits, at: number) => void;

function planeCopier(across: Axis, row: Axis): CopyPlane {
  if (row.stride === 1) return copyWhole;
  if (row.stride === -1) return copyReversed;
  return across.stride === 1 ? copyTurned : copyApart;
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

const copyWhole: CopyPlane = (data, from, across, { length }, out, at) => {
  for (let y = 0; y < across.length; y++) {
    const begin = from + y * across.stride;
    out.set(data.subarray(begin, begin + length), at + y * length);
  }
};

const copyReversed: CopyPlane = (data, from, across, { length }, out, at) => {
  for (let y = 0; y < across.length; y++) {
    const last = from + y * across.stride;
    const begin = at + y * length;
    out.set(data.subarray(last - length + 1, last + 1), begin);
    out.subarray(begin, begin + length).reverse();
  }
};

const copyApart: CopyPlane = (data, from, across, { length, stride }, out, at) => {
  let place = at;
  for (let y = 0; y < across.length; y++) {
    let value = from + y * across.stride;
    for (const end = place + length; place < end; place++, value += stride)
      out[place] = data[value] as number;
  }
};

/** Rows become columns: small squares, of which both sides stay in the cache. */
const copyTurned: CopyPlane = (data, from, across, row, out, at) => {
  const side = 32;
  for (let y0 = 0; y0 < across.length; y0 += side) {
    const yEnd = Math.min(y0 + side, across.length);
    for (let x0 = 0; x0 < row.length; x0 += side) {
      const xEnd = Math.min(x0 + side, row.length);
      for (let y = y0; y < yEnd; y++) {
        const begin = at + y * row.length;
        for (let x = x0; x < xEnd; x++) out[begin + x] = data[from + y + x * row.stride] as number;
      }
    }
  }
};
