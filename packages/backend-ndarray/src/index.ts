import { createDeclarer, type Declarer } from "@platewright/core";

/**
 * Declares a function on ndarrays: the very function comes back, with a contract on it.
 *
 * @example
 * export const invert = ndarray({ name: "invert" }, (stack) => …);
 */
export const ndarray: Declarer<"ndarray"> = createDeclarer("ndarray");

export { isNdArray, ndarrayBackend } from "./memory-type.ts";
export type { NdArray } from "./nd-array.ts";
export { allocate, BoolArray, dtypeOfNdarray, HalfArray, isDense, toDense, wrap } from "./nd-array.ts";
