import { arrayCases } from "./array-cases.ts";
import { castCases } from "./cast-cases.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { deviceCases } from "./device-cases.ts";
import type { MemorySubject } from "./session.ts";
import { stackCases } from "./stack-cases.ts";

/**
 * All that a memory type promises by itself. It needs a device where it is a GPU type: the best one is leased for each
 * case, and nothing may be left on it.
 */
export function memoryTypeCases(subject: MemorySubject): readonly ConformanceCase[] {
  return [...arrayCases(subject), ...stackCases(subject), ...deviceCases(subject), ...castCases(subject)];
}
