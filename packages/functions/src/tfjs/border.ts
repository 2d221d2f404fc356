import type * as Tf from "@tensorflow/tfjs-core";
import { tf } from "./tf.ts";

/**
 * A stack [Z, Y, X] with an axis going from `first` pixels before its beginning (negative) to `last` pixels past its
 * end, reflected about the edges as scipy's "reflect": 1 0 | 0 1 2 | 2 1.
 */
export function padReflected(stack: Tf.Tensor3D, axis: 1 | 2, first: number, last: number): Tf.Tensor3D {
  return padBy(stack, axis, first, last, reflect);
}

/** As `padReflected`, but the edge repeated: 0 0 | 0 1 2 | 2 2. */
export function padEdge(stack: Tf.Tensor3D, axis: 1 | 2, first: number, last: number): Tf.Tensor3D {
  return padBy(stack, axis, first, last, (i, length) => Math.min(Math.max(i, 0), length - 1));
}

function padBy(
  stack: Tf.Tensor3D,
  axis: 1 | 2,
  first: number,
  last: number,
  indexIn: (i: number, length: number) => number,
): Tf.Tensor3D {
  if (first === 0 && last === 0) return stack;
  const length = stack.shape[axis];
  const indices = Int32Array.from({ length: length + last - first }, (_, i) => indexIn(i + first, length));
  return tf.gather(stack, tf.tensor1d(indices, "int32"), axis);
}

function reflect(i: number, length: number): number {
  const phase = ((i % (2 * length)) + 2 * length) % (2 * length);
  return phase < length ? phase : 2 * length - 1 - phase;
}
