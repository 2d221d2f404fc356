import { type Axis, checkStrided, joinAxes, type Strided, type Values } from "../strided.ts";

/** Copies strided values into `out`, dense and in row-major order; rows that are whole in memory are copied as such. */
export function copyStrided<T extends Values>(source: Values, places: Strided, out: T): T {
  checkStrided("copyStrided", source, places, out);
  if (out.length > 0) copyAxes(bitsOf(source), joinAxes(places), places.offset, bitsOf(out), 0);
  return out;
}

/** The values as plain bits, so that few kinds of arrays pass through the loops, and every NaN as it is. */
export function bitsOf({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: Values): Bits {
  const at = buffer as ArrayBuffer;
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(at, byteOffset, length);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(at, byteOffset, length);
  if (BYTES_PER_ELEMENT === 4) return new Uint32Array(at, byteOffset, length);
  return new Float64Array(at, byteOffset, length);
}

export type Bits = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Copies the values along axes, from place `offset` on, to where `out` begins at `start`. */
export function copyAxes(data: Bits, axes: readonly Axis[], offset: number, out: Bits, start: number): void {
  const outer = axes.slice(0, -2);
  const row = axes.at(-1) ?? { length: 1, stride: 1 };
  const across = axes.at(-2) ?? { length: 1, stride: 0 };
  const copyPlane = planeCopier(across, row);
  let at = start;
  const walk = (level: number, from: number): void => {
    const axis = outer[level];
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

// Handing a row over costs about as much as copying so many values one by one.
const SHORT_ROW = 32;

function planeCopier(across: Axis, row: Axis): CopyPlane {
  if (row.length < SHORT_ROW) return across.stride === 1 ? copyTurned : copyApart;
  if (row.stride === 1) return copyWhole;
  if (row.stride === -1) return copyReversed;
  return across.stride === 1 ? copyTurned : copyApart;
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
