import type { FlagName } from "../flags/flag.ts";
import type { Command } from "./command.ts";

const plateFlags: readonly FlagName[] = ["wells", "exclude-wells", "layout", "pattern"];
const planFlags: readonly FlagName[] = [
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

/** Every command there is. */
export const commands: readonly Command[] = Object.freeze([
  {
    name: "inspect",
    summary: "what is there: layout, wells, components, pixel size, missing images",
    args: ["plate"],
    flags: plateFlags,
    load: async () => (await import("./inspect.ts")).inspect,
  },
  {
    name: "compile",
    summary: "all phases, no pixel read: a summary with predicted memory, or everything that is wrong",
    args: ["pipeline", "plate"],
    flags: planFlags,
    load: async () => (await import("./compile.ts")).compile,
  },
  {
    name: "explain",
    summary: "the plan, step by step",
    args: ["pipeline", "plate"],
    flags: [...planFlags, "plan", "well", "diff"],
    insteadOfArgs: "plan",
    switchable: "config",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "run",
    summary: "runs the pipeline; a table of wells at the end",
    args: ["pipeline", "plate"],
    flags: [...planFlags, "plan", "events", "fail-fast", "resume", "overwrite"],
    insteadOfArgs: "plan",
    load: async () => (await import("./run.ts")).run,
  },
  {
    name: "doctor",
    summary: "what is installed, and what to do about what is missing",
    args: [],
    flags: [],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "demo",
    summary: "a plate with known truth, made and run",
    args: [],
    flags: ["out", "workers"],
    load: async () => (await import("./demo.ts")).demo,
  },
] satisfies Command[]);
