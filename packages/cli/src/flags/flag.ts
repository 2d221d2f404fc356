/** A flag of the command line. */
export interface Flag {
  readonly short?: string;
  /** What stands for its value in the help; a flag without is a switch. */
  readonly value?: string;
  /** Whether it may be given more than once. */
  readonly repeatable?: boolean;
  readonly help: string;
}

const table = {
  wells: {
    value: "<filter>",
    repeatable: true,
    help: "these wells only: A01,B02, row:A, col:01-03, A01:B06, A*, or the first n",
  },
  "exclude-wells": { value: "<filter>", repeatable: true, help: "all wells but these" },
  well: { value: "<well>", help: "the well whose images and groups are shown (default: the first)" },
  layout: { value: "<name>", help: "the plate's layout, where it can't be told from its files" },
  pattern: {
    value: "<pattern>",
    help: 'how the files are named: "{well}_s{site}_w{channel}.tif"',
  },
  plugins: {
    value: "<file>",
    help: "a module of plugins, or a pipeline's with some: its layouts and storages are known, too",
  },
  out: { value: "<folder>", help: "where the results go" },
  storage: { value: "disk|zarr", help: "how the results are kept (default: disk)" },
  workers: { value: "<n>", help: "wells that are run at once (default: 1)" },
  missing: {
    value: "error|skip",
    help: "a group that lacks images fails its well, or is left out (default: error)",
  },
  "convert-input": { help: "converts the images to OME-Zarr, beside the results, and reads them from there" },
  "memory-limit": { value: "<size>", help: "what one worker's arrays and functions may take, such as 2GiB" },
  device: { value: "<id>", help: "the one device that GPU functions may use, as doctor lists them" },
  config: {
    value: "<file>",
    help: "a .ts, .js or .json file with settings (default: platewright.config.* near the pipeline)",
  },
  plan: { value: "<file>", help: "a plan from compile --json, instead of compiling a pipeline" },
  diff: { value: "<file>", help: "what changed since the plan in this file, and why hashes differ" },
  resume: { help: "goes on with an unfinished run of the same plan: complete wells are not run again" },
  set: {
    value: "<key=value>",
    repeatable: true,
    help: "one setting, such as compression=deflate; stronger than the pipeline's own",
  },
  events: { value: "<file>", help: "writes what happens to a file, one JSON object a line" },
  "fail-fast": { help: "stops at the first well that fails (default: the others go on)" },
  overwrite: { help: "replaces the results of an earlier run" },
  json: { help: "prints one JSON document" },
  quiet: { short: "q", help: "no progress and no messages, errors apart" },
  verbose: { short: "v", help: "more messages; with errors, their stack" },
  help: { short: "h", help: "shows this" },
  version: { help: "shows the version" },
} as const;

/** The name of a flag, without its dashes. */
export type FlagName = keyof typeof table;

/** Every flag there is. */
export const flags: { readonly [F in FlagName]: Flag } = table;

/** The flags that every command takes. */
export const commonFlags: readonly FlagName[] = Object.freeze(["json", "quiet", "verbose", "help"]);
