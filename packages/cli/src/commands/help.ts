import { commonFlags, type Flag, type FlagName, flags } from "../flags/flag.ts";
import { wrapped } from "../output/wrapped.ts";
import type { Command } from "./command.ts";

/** The help of the whole program. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, args, summary }) => [usageOf(name, args), summary] as const);
  return [
    "Usage: platewright <command> [flags]",
    "",
    "Runs image-processing pipelines over multi-well microscopy plates.",
    "",
    ...columns(rows),
    "",
    "platewright <command> --help shows a command's flags; platewright --version the version.",
    "Exit codes: 0 all well, 1 an error, 2 wrong usage or a compile error, 3 some wells failed, 130 interrupted.",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp({
  name,
  args,
  summary,
  flags: own,
  otherUsages = [],
  notes = [],
}: Command): string {
  const rows = [...own, ...commonFlags].map((flag) => [writtenFlag(flag), flags[flag].help] as const);
  return [
    `Usage: platewright ${usageOf(name, args)} [flags]`,
    ...otherUsages.map((usage) => `       platewright ${usage} [flags]`),
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    "",
    ...columns(rows),
    ...notes.flatMap((note) => ["", ...wrapped(note)]),
  ].join("\n");
}

function usageOf(name: string, args: readonly string[]): string {
  return [name, ...args.map((arg) => `<${arg}>`)].join(" ");
}

function writtenFlag(name: FlagName): string {
  const { short, value }: Flag = flags[name];
  return `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
