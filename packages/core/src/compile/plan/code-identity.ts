import type { Declared } from "../../pipeline/contract.ts";
import { contractOf } from "../../pipeline/contract.ts";
import { hashOf } from "./hash.ts";

/**
 * The hash of a function's text, for a function of somebody's own: one that no package publishes and that has no version
 * but the first. What it closes over is not seen; whoever gives a version tells of that.
 */
export function codeOf(fn: Declared): string | undefined {
  const { package: from, version } = contractOf(fn);
  return from === undefined && version === "1" ? hashOf(String(fn)).slice(0, 16) : undefined;
}
