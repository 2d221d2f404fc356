import { parseArgs } from "node:util";
import type { Command } from "../commands/command.ts";
import { commonFlags, type Flag, type FlagName, flags } from "./flag.ts";
import { nearest } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

/** What was given on the command line. */
export interface Given {
  readonly args: readonly string[];
  /** Whether a switch or a flag with a value is there. */
  has(name: FlagName): boolean;
  /** Whether a flag that takes a value stands without one. */
  isSwitched(name: FlagName): boolean;
  /** The value of a flag, the last where it was given twice. */
  text(name: FlagName): string | undefined;
  /** All values of a repeatable flag. */
  list(name: FlagName): readonly string[];
}

/**
 * Reads a command's arguments and flags. Throws `UsageError` for what it does not take, naming the nearest flag, for a
 * flag without its value, a switch with one, a flag given twice, and an argument that lacks or is too much.
 */
export function parseFlags(command: Command, argv: readonly string[]): Given {
  const { rest, switched } = takeSwitch(command, argv);
  const given = readFlags(command, rest, switched);
  if (given.has("help")) return given;
  const again = lacksArguments(command, given) ? asSwitch(command, rest) : undefined;
  if (again) return parseFlags(command, again);
  checkArguments(command, given);
  return given;
}

function readFlags(command: Command, argv: readonly string[], switched: boolean): Given {
  const accepted = [...command.flags, ...commonFlags];
  const { tokens } = parseArgs({ args: [...argv], options: optionsOf(), strict: false, tokens: true });
  const values = new Map<FlagName, string[]>();
  const args: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") args.push(token.value);
    if (token.kind !== "option") continue;
    const name = acceptedFlag(command, accepted, token.name, token.rawName);
    const flag: Flag = flags[name];
    const known = values.get(name) ?? [];
    if (known.length > 0 && flag.value !== undefined && flag.repeatable !== true)
      throw new UsageError(`${token.rawName} is given twice. Give it once.`);
    values.set(name, [...known, checkValue(name, token)]);
  }
  return {
    args,
    has: (name) => values.has(name),
    isSwitched: (name) => switched && name === command.switchable,
    text: (name) => values.get(name)?.at(-1),
    list: (name) => values.get(name) ?? [],
  };
}

/** Takes out the flag that may stand without a value, where it does. */
function takeSwitch(
  { switchable }: Command,
  argv: readonly string[],
): { readonly rest: readonly string[]; readonly switched: boolean } {
  const rest = argv.filter((word, i) => {
    const next = argv[i + 1];
    return word !== `--${switchable}` || (next !== undefined && !next.startsWith("-"));
  });
  return { rest, switched: rest.length < argv.length };
}

/** Where an argument lacks, what was taken for the value of the flag that needs none was meant for it. */
function asSwitch({ switchable }: Command, argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf(`--${switchable}`);
  return at < 0 ? undefined : [...argv.slice(0, at), ...argv.slice(at + 1), `--${switchable}`];
}

function optionsOf(): Record<string, { type: "string" | "boolean"; short?: string }> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), ...(short ? { short } : {}) },
    ]),
  );
}

function acceptedFlag(
  command: Command,
  accepted: readonly FlagName[],
  name: string,
  written: string,
): FlagName {
  const found = accepted.find((flag) => flag === name);
  if (found) return found;
  const near = nearest(name, accepted);
  const hint = near === undefined ? `See platewright ${command.name} --help.` : `Did you mean --${near}?`;
  throw new UsageError(
    Object.hasOwn(flags, name)
      ? `${written} is no flag of platewright ${command.name}. See platewright ${command.name} --help.`
      : `There is no flag ${written}. ${hint}`,
  );
}

function checkValue(
  name: FlagName,
  token: {
    readonly rawName: string;
    readonly value?: string | undefined;
    readonly inlineValue?: boolean | undefined;
  },
): string {
  const { value: placeholder }: Flag = flags[name];
  const { rawName, value, inlineValue } = token;
  if (placeholder === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value. Write ${rawName} alone.`);
    return "";
  }
  if (value === undefined || value === "" || (inlineValue !== true && /^-./.test(value)))
    throw new UsageError(`${rawName} lacks its value. Write ${rawName} ${placeholder}.`);
  return value;
}

function lacksArguments(command: Command, given: Given): boolean {
  return given.args.length < neededArguments(command, given);
}

function neededArguments({ args, insteadOfArgs, switchable }: Command, given: Given): number {
  if (insteadOfArgs !== undefined && given.has(insteadOfArgs)) return 0;
  return switchable !== undefined && given.isSwitched(switchable) ? 1 : args.length;
}

function checkArguments(command: Command, given: Given): void {
  const { name, args } = command;
  const usage = `Write platewright ${[name, ...args.map((arg) => `<${arg}>`)].join(" ")}.`;
  if (lacksArguments(command, given))
    throw new UsageError(`platewright ${name} lacks its <${args[given.args.length]}>. ${usage}`);
  const extra = given.args[args.length];
  if (extra !== undefined)
    throw new UsageError(`platewright ${name} does not know what to do with "${extra}". ${usage}`);
  const empty = args.find((_, i) => given.args[i]?.trim() === "");
  if (empty !== undefined) throw new UsageError(`The <${empty}> is an empty text. ${usage}`);
}
