import type { FlagName } from "../flags/flag.ts";

/** Flags that say which part of a plate is meant, and how its folder is read. */
export const plateFlags: readonly FlagName[] = ["wells", "exclude-wells", "layout", "pattern"];

/** Flags that decide a plan. */
export const planFlags: readonly FlagName[] = [
  ...plateFlags,
  "out",
  "storage",
  "workers",
  "missing",
  "convert-input",
  "memory-limit",
  "device",
  "config",
  "set",
];
