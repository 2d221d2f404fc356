import { planFlags, plateFlags } from "../flags/plan-flags.ts";
import type { Command } from "./command.ts";

const aboutPipelines =
  "<pipeline> is a .ts, .mts, .js or .mjs module whose default export is a pipeline, or { pipeline, plugins, config }.";
const aboutSettings =
  "Settings, from weak to strong: the module's config; the --config file, or platewright.config.ts, .mts, .js or .mjs in the pipeline's folder or above it up to the working directory; environment variables such as PLATEWRIGHT_WORKERS=4; the pipeline's own; --set and the other flags; a step's own.";

/** Every command there is. */
export const commands: readonly Command[] = Object.freeze([
  {
    name: "inspect",
    summary: "what is there: layout, wells, components, pixel size, missing images",
    args: ["plate"],
    flags: [...plateFlags, "plugins"],
    load: async () => (await import("./inspect.ts")).inspect,
  },
  {
    name: "compile",
    summary: "all phases, no pixel read: a summary with predicted memory, or everything that is wrong",
    args: ["pipeline", "plate"],
    notes: [
      aboutPipelines,
      aboutSettings,
      "With --json the whole plan is printed, too: keep it for run --plan and explain --diff.",
    ],
    flags: planFlags,
    load: async () => (await import("./compile.ts")).compile,
  },
  {
    name: "explain",
    summary: "the plan, step by step",
    args: ["pipeline", "plate"],
    otherUsages: ["explain --plan <file>", "explain <pipeline> --config"],
    notes: [
      aboutPipelines,
      aboutSettings,
      "--config alone, without a file, shows every setting with its value, where it comes from and what it does.",
    ],
    flags: [...planFlags, "plan", "well", "diff"],
    insteadOfArgs: "plan",
    switchable: "config",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "run",
    summary: "runs the pipeline; a table of wells at the end",
    args: ["pipeline", "plate"],
    otherUsages: ["run --plan <file> [<pipeline>] [<plate>]"],
    notes: [
      aboutPipelines,
      aboutSettings,
      "The first Ctrl-C ends the run at a unit's border and keeps what is complete, the second ends it at once. A run that was stopped or killed, or some of whose wells failed, is gone on with by the same command and --resume.",
    ],
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
