import { commands } from "./commands/commands.ts";
import { commandHelp, programHelp } from "./commands/help.ts";
import { nearest } from "./flags/nearest.ts";
import { parseFlags } from "./flags/parse-flags.ts";
import { UsageError } from "./flags/usage-error.ts";
import { createOutput } from "./output/output.ts";

/**
 * Runs the command line, without the program's name, and answers its exit code: 0 all well, 1 an error, 2 wrong usage or
 * a compile error, 3 some wells failed, 130 interrupted. Writes to the process's stdout and stderr; throws nothing.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (thrown) {
    return await tellError(thrown, argv);
  }
}

/** Tells of an error in the way that the command line asks for; answers the exit code. */
export async function tellError(thrown: unknown, argv: readonly string[]): Promise<number> {
  const { reportError } = await import("./output/error-output.ts");
  return reportError(thrown, createOutput({ has: (name) => isGiven(argv, name) }));
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--help" || name === "-h") return print(programHelp(commands));
  if (name === "--version") {
    const { ownVersion } = await import("./versions.ts");
    return print(ownVersion());
  }
  const command = commands.find((each) => each.name === name);
  if (!command) throw new UsageError(noCommand(name));
  const given = parseFlags(command, rest);
  if (given.has("help")) return print(commandHelp(command));
  const output = createOutput(given);
  const run = await command.load();
  return await run({ given, output });
}

function noCommand(name: string | undefined): string {
  const names = commands.map((command) => command.name);
  const all = `There are: ${names.join(", ")}.`;
  if (name === undefined) return `Which command? ${all} See platewright --help.`;
  if (name.startsWith("-")) return `The command comes first: platewright <command> [flags]. ${all}`;
  const near = nearest(name, names);
  return `There is no command "${name}". ${near === undefined ? all : `Did you mean platewright ${near}?`}`;
}

// Where the flags could not be read, how the error is told must still be known.
function isGiven(argv: readonly string[], name: string): boolean {
  const short: Readonly<Record<string, string>> = { quiet: "-q", verbose: "-v" };
  return argv.includes(`--${name}`) || argv.includes(short[name] ?? `--${name}`);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
