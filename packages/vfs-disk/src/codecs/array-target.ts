import {
  type ArrayDescription,
  bytesOf,
  createTypedArray,
  dtypeOf,
  PlatewrightError,
  type ReadArrayOptions,
  sizeOf,
  type TypedArray,
} from "@platewright/core";

/**
 * The typed array into which a file's values are read: that which `into` answers, checked, or a new one. Throws "array" or
 * "dtype" where it is not of the length and dtype that were found, "out-of-memory" where there is no room.
 */
export function targetFor(name: string, found: ArrayDescription, into: ReadArrayOptions["into"]): TypedArray {
  if (!into) return allocate(name, found);
  const target = into(found);
  const length = sizeOf(found.shape);
  const fail = (code: "array" | "dtype", sentence: string) =>
    new PlatewrightError(code, `${JSON.stringify(name)} is ${textOf(found)}${sentence}`, { path: name });
  if (dtypeOf(target) !== dtypeOf(createTypedArray(found.dtype, 0)))
    throw fail("dtype", ` and can't be read into a ${dtypeOf(target)} array.`);
  if (target.length !== length)
    throw fail("array", `, ${length} values, but is to be read into an array of ${target.length}.`);
  return target;
}

/** A new typed array for a file's values. Throws "out-of-memory" where there is no room. */
export function allocate(name: string, found: Pick<ArrayDescription, "shape" | "dtype">): TypedArray {
  const { shape, dtype } = found;
  try {
    return createTypedArray(dtype, sizeOf(shape));
  } catch (cause) {
    throw new PlatewrightError(
      "out-of-memory",
      `No memory for ${JSON.stringify(name)}: ${textOf(found)} takes ${bytesOf(shape, dtype)} bytes. Read it page by page.`,
      { path: name, cause },
    );
  }
}

function textOf({ shape, dtype }: Pick<ArrayDescription, "shape" | "dtype">): string {
  return `${dtype} (${shape.join(", ")})`;
}
