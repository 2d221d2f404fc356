import { type NdArray, wrap } from "@platewright/backend-ndarray";
import { castValues, createTypedArray, type DType, integerRange } from "@platewright/core";

/** The shapes to try: a single pixel, odd sides, a row as long as is odd, a slice that fills no whole words. */
export const shapes = [
  [1, 1, 1],
  [5, 3, 5],
  [2, 7, 1023],
  [3, 1, 17],
  [2, 33, 1],
] as const;

/** How the grey values of a random stack lie. */
export type Spread = "whole range" | "few levels" | "camera";

/** A random stack, always the same for the same arguments. */
export function randomStack(shape: readonly number[], dtype: DType, spread: Spread, seed = 1): NdArray {
  const size = shape.reduce((product, side) => product * side, 1);
  const data = createTypedArray(dtype, size);
  const random = generator(seed);
  const { min, max } =
    integerRange(dtype) ?? (dtype === "bool" ? { min: 0, max: 1 } : { min: -1e3, max: 1e3 });
  for (let i = 0; i < size; i++) {
    const r = random();
    if (spread === "whole range") data[i] = min + r * (max + 1 - min);
    else if (spread === "few levels") data[i] = min + Math.floor(r * 4) * Math.floor((max - min) / 3);
    else
      data[i] = Math.min(max, 100 + 20 * (random() + random() + random()) + (r > 0.9 ? 900 * random() : 0));
    if (dtype === "bool") data[i] = r < 0.5 ? 0 : 1;
  }
  castValues(data, data, dtype);
  return wrap(shape, dtype, data);
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
