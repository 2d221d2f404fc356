import { type ArrayInfo, bytesPerElement, type DType, sizeOf } from "@platewright/core";

// What functions work in, as `workspace` of their contracts, out of test/workspace.test.ts, which measures it: that of
// stacks which lie where the kernels have to copy them from and to, so that a pipeline may take less.

type Stack = Pick<ArrayInfo, "shape" | "dtype">;
type Workspace<P> = (stack: Stack, params: P) => number;

/** Dtypes whose slices the kernels copy into memory of their own; of others they make new arrays beside them. */
const vectorDTypes: readonly DType[] = ["bool", "uint8", "uint16", "float16", "float32"];

/** Whether the kernels copy slices of a dtype into memory of their own. */
export function hasVectors(dtype: DType): boolean {
  return vectorDTypes.includes(dtype);
}

/** Whether the kernels label slices of a dtype in memory of their own. */
export function hasRuns(dtype: DType): boolean {
  return dtype === "bool" || dtype === "uint8" || dtype === "uint16";
}

/** So many bytes for each pixel of one slice: functions take one after the other. */
export function ofSlice<P = object>(bytes: (dtype: DType, params: P) => number): Workspace<P> {
  return ({ shape, dtype }, params) => sizeOf(shape.slice(-2)) * bytes(dtype, params);
}

/** So many planes of a slice's own dtype; where they are arrays of their own, they are not collected before the stack is done. */
export function planes<P = object>(count: (params: P) => number): Workspace<P> {
  return ({ shape, dtype }, params) =>
    sizeOf(hasVectors(dtype) ? shape.slice(-2) : shape) * bytesPerElement(dtype) * count(params);
}

/** A slice and its gaussian, both in float32 where the kernels do not know the dtype. */
export const smoothingPlanes = ofSlice((dtype) => (hasVectors(dtype) ? 2 * bytesPerElement(dtype) : 8));

/** The sort keys of what is neither counted level by level nor its own key. */
export function sortKeys({ shape, dtype }: Stack): number {
  const bytes = dtype === "int8" || dtype === "int16" ? 4 : dtype === "float64" ? 8 : 0;
  return sizeOf(shape) * bytes;
}
