import type { Chord, Neighbourhood } from "@platewright/kernels";
import type * as Tf from "@tensorflow/tfjs-core";
import { padReflected } from "./border.ts";
import { replace } from "./images.ts";
import { tf } from "./tf.ts";

/** Takes the least or the greatest of two. */
type Extremum = <T extends Tf.Tensor>(a: T, b: T) => T;

/**
 * What takes the least or greatest of two parts of a stack, NaN where one is: the library's own operation, but on its
 * backend "wasm", which passes NaN over, a slower one for stacks that have any.
 */
export function extremumOf(stack: Tf.Tensor, kind: "minimum" | "maximum"): Extremum {
  const plain: Extremum = tf[kind];
  if (stack.dtype !== "float32" || tf.getBackend() !== "wasm" || !hasNaN(stack)) return plain;
  return (a, b) => tf.where(tf.isNaN(a), a, tf.where(tf.isNaN(b), b, plain(a, b)));
}

/** Waits for the device, so only for backends that compute at once. */
function hasNaN(stack: Tf.Tensor): boolean {
  return tf.tidy(() => tf.any(tf.isNaN(stack)).dataSync()[0] !== 0);
}

/**
 * The extremum over a neighbourhood of each pixel of a stack [Z, Y, X], the border reflected. The padded stack is taken
 * as one row of pixels, in which a neighbour is always the same distance away: shifting it is cheap on every backend, and
 * what runs over the end of a line falls into the padding.
 */
export function slide(stack: Tf.Tensor3D, around: Neighbourhood, kind: "minimum" | "maximum"): Tf.Tensor3D {
  return tf.tidy(() => {
    const extremum = extremumOf(stack, kind);
    const { top, bottom, left, right, isRectangle } = around;
    const padded = padReflected(padReflected(stack, 1, top, bottom), 2, left, right);
    const line = padded.shape[2];
    const row: Tf.Tensor1D = tf.reshape(padded, [-1]);
    const result = isRectangle
      ? slideOver(slideOver(row, right - left + 1, 1, extremum), bottom - top + 1, line, extremum)
      : slideOverChords(row, line, around, extremum);
    const whole: Tf.Tensor3D = tf.reshape(tf.pad1d(result, [0, row.size - result.size]), padded.shape);
    return tf.slice(whole, [0, 0, 0], stack.shape);
  });
}

/** Each line of the neighbourhood is a window, of which few lengths differ. */
function slideOverChords(
  row: Tf.Tensor1D,
  line: number,
  { chords, top, bottom, left, right }: Neighbourhood,
  extremum: Extremum,
): Tf.Tensor1D {
  const size = row.size - (bottom - top) * line - (right - left);
  const tables = doublings(row, right - left + 1, 1, extremum);
  let result: Tf.Tensor1D | undefined;
  for (const [length, alike] of byLength(chords)) {
    const windows = tf.tidy(() => windowOf(tables, length, 1, extremum));
    for (const { dy, x0 } of alike) {
      const part = (): Tf.Tensor1D => tf.slice1d(windows, (dy - top) * line + x0 - left, size);
      result = result ? replace(result, (before) => extremum(before, part())) : part();
    }
    if (!tables.includes(windows)) windows.dispose();
  }
  return result as Tf.Tensor1D;
}

function byLength(chords: readonly Chord[]): Map<number, Chord[]> {
  const groups = new Map<number, Chord[]>();
  for (const chord of chords) {
    const length = chord.x1 - chord.x0 + 1;
    groups.set(length, [...(groups.get(length) ?? []), chord]);
  }
  return groups;
}

/** The extremes of windows of `length` pixels that lie `step` apart, each from its first pixel on. */
function slideOver(row: Tf.Tensor1D, length: number, step: number, extremum: Extremum): Tf.Tensor1D {
  return tf.tidy(() => windowOf(doublings(row, length, step, extremum), length, step, extremum));
}

/** The extremes of windows of 1, 2, 4, … pixels, up to a length. */
function doublings(row: Tf.Tensor1D, length: number, step: number, extremum: Extremum): Tf.Tensor1D[] {
  const tables = [row];
  for (let reach = 1; 2 * reach <= length; reach *= 2) {
    tables.push(joined(tables.at(-1) as Tf.Tensor1D, reach * step, extremum));
  }
  return tables;
}

/** The extremes of windows of any length: two windows of the greatest doubling that overlap. */
function windowOf(
  tables: readonly Tf.Tensor1D[],
  length: number,
  step: number,
  extremum: Extremum,
): Tf.Tensor1D {
  const power = Math.floor(Math.log2(length));
  return joined(tables[power] as Tf.Tensor1D, (length - 2 ** power) * step, extremum);
}

/** The extremum of each value and the one `shift` further. */
function joined(row: Tf.Tensor1D, shift: number, extremum: Extremum): Tf.Tensor1D {
  if (shift === 0) return row;
  return tf.tidy(() => {
    const size = row.size - shift;
    return extremum(tf.slice1d(row, 0, size), tf.slice1d(row, shift, size));
  });
}
