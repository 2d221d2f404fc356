import type { FlagName } from "../flags/flag.ts";
import type { Given } from "../flags/parse-flags.ts";
import type { Output } from "../output/output.ts";

/** What a command is called with. */
export interface Call {
  readonly given: Given;
  readonly output: Output;
}

/** Does what a command does; answers the exit code. What it throws is told by its caller. */
export type RunCommand = (call: Call) => Promise<number>;

/** A command, as help and the parser see it. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly args: readonly string[];
  /** Other ways to write it, without the program's name. */
  readonly otherUsages?: readonly string[];
  /** What help says below the flags, a paragraph each. */
  readonly notes?: readonly string[];
  readonly flags: readonly FlagName[];
  /** A flag with which none of the arguments is needed. */
  readonly insteadOfArgs?: FlagName;
  /** A flag that may also stand without its value, then as a switch. */
  readonly switchable?: FlagName;
  /** Loads it; nothing of a command is loaded before. */
  load(): Promise<RunCommand>;
}
