import {
  type ArrayDescription,
  createTypedArray,
  dtypeOf,
  PlatewrightError,
  sizeOf,
  type TypedArray,
} from "@platewright/core";

/** Checks the typed array that `into` answered: of the length and dtype that were found. Throws "array" or "dtype". */
export function checkedTarget(name: string, target: TypedArray, found: ArrayDescription): TypedArray {
  const length = sizeOf(found.shape);
  const shape = `${found.dtype} (${found.shape.join(", ")})`;
  if (dtypeOf(target) !== dtypeOf(createTypedArray(found.dtype, 0))) {
    throw new PlatewrightError(
      "dtype",
      `${JSON.stringify(name)} is ${shape} and can't be read into a ${dtypeOf(target)} array.`,
      {
        path: name,
      },
    );
  }
  if (target.length !== length) {
    throw new PlatewrightError(
      "array",
      `${JSON.stringify(name)} is ${shape}, ${length} values, but is to be read into an array of ${target.length}.`,
      { path: name },
    );
  }
  return target;
}
