import { PlatewrightError } from "../errors.ts";
import { createTypedArray, type DType, integerRange, type TypedArray } from "./dtype.ts";
import { roundToFloat16 } from "./float16.ts";
import { createHostArray, type HostArray } from "./host-array.ts";

/**
 * How the result of a step is brought to a dtype.
 * - `"preserve"`: the input's dtype; integers are rounded half to even and saturated, contrast is never stretched.
 * - `"native"`: what the functions returned.
 * - `{ rescale: [low, high] }`: the input's dtype, `low` … `high` mapped linearly to its whole range (floats: 0 … 1), saturated.
 */
export type DTypePolicy = "preserve" | "native" | { readonly rescale: readonly [low: number, high: number] };

/** How a cast treats what an integer dtype can't hold. */
export interface CastOptions {
  /** The value that takes the place of NaN. Default: a "dtype" error. */
  readonly fill?: number;
}

/** Applies a dtype policy to a step's result, given the dtype of its input. The same array where nothing is to be done. */
export function applyDTypePolicy(array: HostArray, input: DType, policy: DTypePolicy): HostArray {
  if (policy === "native") return array;
  if (policy === "preserve") return castArray(array, input);
  return rescaleArray(array, input, policy.rescale);
}

/**
 * The array in another dtype. Into integers: rounded half to even and saturated. Into `bool`: whether the value is not 0.
 * Into `float16`: rounded half to even, Infinity where that is nearest.
 * Throws "dtype" for NaN into an integer without a `fill`. The same array where the dtype is the same.
 */
export function castArray(array: HostArray, dtype: DType, options: CastOptions = {}): HostArray {
  if (array.dtype === dtype) return array;
  const data = createTypedArray(dtype, array.data.length);
  castValues(array.data, data, dtype, options);
  return createHostArray(array.shape, dtype, data);
}

/** As `castArray`, from one typed array into another of the same length. */
export function castValues(from: TypedArray, to: TypedArray, dtype: DType, options: CastOptions = {}): void {
  const range = integerRange(dtype);
  if (dtype === "bool") {
    for (let i = 0; i < from.length; i++) to[i] = from[i] ? 1 : 0;
  } else if (dtype === "float16") {
    for (let i = 0; i < from.length; i++) to[i] = roundToFloat16(from[i] as number);
  } else if (range === undefined) {
    for (let i = 0; i < from.length; i++) to[i] = from[i] as number;
  } else {
    const { min, max } = range;
    const whole = !(from instanceof Float32Array || from instanceof Float64Array);
    for (let i = 0; i < from.length; i++) {
      let value = from[i] as number;
      if (!whole) value = Number.isNaN(value) ? fillFor(options, dtype, i) : roundHalfToEven(value);
      to[i] = value < min ? min : value > max ? max : value;
    }
  }
}

function rescaleArray(array: HostArray, dtype: DType, [low, high]: readonly [number, number]): HostArray {
  if (!(high > low)) {
    throw new PlatewrightError(
      "parameter",
      `rescale: [${low}, ${high}] is no range. Give [low, high] with low < high.`,
    );
  }
  const { min, max } = integerRange(dtype) ?? { min: 0, max: 1 };
  const scaled = new Float64Array(array.data.length);
  for (let i = 0; i < scaled.length; i++) {
    const value = min + (((array.data[i] as number) - low) * (max - min)) / (high - low);
    scaled[i] = value < min ? min : value > max ? max : value;
  }
  return castArray(createHostArray(array.shape, "float64", scaled), dtype);
}

/** Rounds to the nearest whole number, halves to the even one, as IEEE 754 and NumPy do. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function fillFor(options: CastOptions, dtype: DType, index: number): number {
  if (options.fill !== undefined) return options.fill;
  throw nanInInteger(index, dtype);
}

/** The error for a NaN, the array's value `index`, that an integer dtype can't hold. */
export function nanInInteger(index: number, dtype: DType): PlatewrightError {
  return new PlatewrightError(
    "dtype",
    `Value ${index} is NaN, which ${dtype} can't hold. Keep the floats with dtype: "native", or replace NaN before.`,
    { index, dtype },
  );
}
