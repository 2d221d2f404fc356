import type { Given } from "../flags/parse-flags.ts";
import { createStyle, type Style } from "./style.ts";

/** Where a command writes: data to stdout, messages to stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** For data. */
  readonly style: Style;
  /** For messages. */
  readonly noteStyle: Style;
  /** Whether messages go to a terminal, on which a line can be rewritten. */
  readonly live: boolean;
  /** Writes data to stdout; a line break is added. */
  data(text: string): void;
  /** Writes the one JSON document to stdout. */
  document(value: unknown): void;
  /** Writes a message to stderr, unless --quiet. */
  note(text: string): void;
  /** Writes an error to stderr. */
  problem(text: string): void;
  /** Rewrites the progress line on a terminal; an empty text removes it. Elsewhere nothing happens. */
  progress(text: string): void;
}

/** The output that flags ask for. */
export function createOutput(given: Pick<Given, "has">): Output {
  const { stdout, stderr } = process;
  const quiet = given.has("quiet");
  const live = stderr.isTTY === true && !quiet && process.env.TERM !== "dumb";
  let shown = "";
  const progress = (text: string): void => {
    if (!live || text === shown) return;
    const width = Math.max(20, (stderr.columns ?? 80) - 1);
    stderr.write(`\r\u001b[2K${text.slice(0, width)}`);
    shown = text;
  };
  const message = (text: string): void => {
    const before = shown;
    progress("");
    stderr.write(`${text}\n`);
    progress(before);
  };
  return {
    json: given.has("json"),
    quiet,
    verbose: given.has("verbose"),
    style: createStyle(stdout),
    noteStyle: createStyle(stderr),
    live,
    data: (text) => void stdout.write(`${text}\n`),
    document: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => {
      if (!quiet) message(text);
    },
    problem: message,
    progress,
  };
}
