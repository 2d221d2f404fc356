import { type NdArray, ndarray } from "@platewright/backend-ndarray";
import type { Pixels } from "@platewright/kernels";
import {
  maxProjectionContract,
  meanProjectionContract,
  minProjectionContract,
  type ProjectionParams,
  projectionContract,
  sumProjectionContract,
  unknownMethod,
} from "../contracts/project.ts";
import { kernels } from "../kernels.ts";
import { createImage, slicesOf, withDense, withScratch } from "./slices.ts";

/** Pixels that are summed at a time. */
const tile = 32_768;

/** Predicted nanoseconds for each pixel of the stack. */
const cost = 0.3;

/** The greatest value along z at every pixel. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const maxProjection = ndarray(
  { ...maxProjectionContract, cost },
  (stack: NdArray): NdArray => project(stack, "max"),
);

/** The least value along z at every pixel. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const minProjection = ndarray(
  { ...minProjectionContract, cost },
  (stack: NdArray): NdArray => project(stack, "min"),
);

/** The mean along z at every pixel, integers rounded half to even. [Z, Y, X] becomes [1, Y, X] of the same dtype. */
export const meanProjection = ndarray(
  { ...meanProjectionContract, cost },
  (stack: NdArray): NdArray => project(stack, "mean"),
);

/**
 * The sum along z at every pixel, in float32, because sums leave the range of most inputs; whole numbers are exact up
 * to 16,777,216. [Z, Y, X] becomes [1, Y, X].
 */
export const sumProjection = ndarray(
  { ...sumProjectionContract, cost },
  (stack: NdArray): NdArray =>
    withDense(stack, (dense) => {
      const slices = slicesOf(dense).map(({ data }) => data);
      return createImage([1, dense.height, dense.width], "float32", (pixels) =>
        forSums(slices, (sum, at) => pixels.set(sum, at)),
      );
    }),
);

/** The projection along z that `method` names: the same as `maxProjection`, `minProjection` or `meanProjection`. */
export const projection = ndarray(
  {
    ...projectionContract,
    cost,
  },
  (stack: NdArray, { method = "max" }: ProjectionParams = {}): NdArray => project(stack, method),
);

function project(stack: NdArray, method: "max" | "min" | "mean"): NdArray {
  return withDense(stack, (dense) => {
    const slices = slicesOf(dense).map(({ data }) => data);
    return createImage([1, dense.height, dense.width], dense.dtype, (pixels) => {
      if (method === "max") kernels().projectMax(slices, pixels);
      else if (method === "min") kernels().projectMin(slices, pixels);
      else if (method === "mean") mean(slices, pixels);
      else throw unknownMethod(method);
    });
  });
}

function mean(slices: readonly Pixels[], out: Pixels): void {
  forSums(slices, (sum, at) => {
    kernels().meanOfSum(sum, slices.length, out.subarray(at, at + sum.length) as Pixels);
  });
}

// Integer sums stay exact; float32 slices are added in float32, as numpy does. So many pixels at a time stay in the cache.
function forSums(
  slices: readonly Pixels[],
  use: (sum: Uint32Array | Float32Array | Float64Array, at: number) => void,
): void {
  const [first = new Uint8Array(0)] = slices;
  const fitsUint32 = isSmall(first) && slices.length <= 65537;
  const dtype = first instanceof Float32Array ? "float32" : fitsUint32 ? "uint32" : "float64";
  withScratch(Math.min(first.length, tile), dtype, (room) => {
    for (let at = 0; at < first.length; at += tile) {
      const sum = room.subarray(0, first.length - at).fill(0);
      for (const slice of slices) kernels().accumulateSum(sum, slice.subarray(at, at + sum.length) as Pixels);
      use(sum, at);
    }
  });
}

function isSmall(data: Pixels): boolean {
  return data instanceof Uint8Array || data instanceof Uint16Array;
}
