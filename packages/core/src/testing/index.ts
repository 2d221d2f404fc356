/**
 * What a memory type and what a storage has to promise, as cases for any test runner.
 *
 * @example
 * for (const { name, run } of memoryTypeCases({ type: ndarrayBackend() })) test(name, run);
 */

export type { ConformanceCase, KnownGaps } from "./conformance-case.ts";
export { withKnownGaps } from "./conformance-case.ts";
export { conversionCases } from "./conversion-cases.ts";
export { memoryTypeCases } from "./memory-type-cases.ts";
export { randomArray } from "./random-array.ts";
export type { Layout, MemorySubject } from "./session.ts";
export { storageCases } from "./storage-cases.ts";
export type { StorageSubject } from "./storage-session.ts";
