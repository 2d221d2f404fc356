import type { FlagName } from "./flag.ts";
import type { Given } from "./parse-flags.ts";
import { UsageError } from "./usage-error.ts";

/** Flags that say which part of a plate is meant, and how its folder is read. */
export const plateFlags: readonly FlagName[] = ["wells", "exclude-wells", "layout", "pattern"];

/** Flags that say how a pipeline is compiled. */
export const compileFlags: readonly FlagName[] = [
  "storage",
  "missing",
  "convert-input",
  "memory-limit",
  "device",
  "config",
  "set",
];

/** Flags that decide a plan. */
export const planFlags: readonly FlagName[] = [...plateFlags, "out", "workers", ...compileFlags];

/** Throws `UsageError` for the first of these flags that stands beside --plan: the plan says it already. */
export function refuseDecided(given: Given, flags: readonly FlagName[]): void {
  const flag = given.has("plan") ? flags.find((name) => given.has(name)) : undefined;
  if (flag !== undefined)
    throw new UsageError(
      `--${flag} is decided by the plan ${given.text("plan")}. Leave it out, or compile the pipeline again with it.`,
    );
}
