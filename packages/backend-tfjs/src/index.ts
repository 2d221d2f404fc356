import { createDeclarer, type Declarer } from "@platewright/core";

/**
 * Declares a function on tensors: the very function comes back, with a contract on it. Wrap what it computes in
 * `tf.tidy`, and dispose of nothing that was handed in.
 *
 * @example
 * export const invert = tfjs({ name: "invert" }, (stack) => tf.tidy(() => tf.sub(65535, stack)));
 */
export const tfjs: Declarer<"tfjs"> = createDeclarer("tfjs");

export { castTensor } from "./cast.ts";
export { listTfjsBackends, type TfjsBackendInfo } from "./list-backends.ts";
export { computeTensor, readTensor } from "./settle.ts";
export { shareMemory } from "./share-memory.ts";
export { dtypeOfTensor, isTensor, markDType, type Tf } from "./tensor.ts";
export { type TfjsOptions, tfjsBackend } from "./tfjs-backend.ts";
