import { type Diagnostic, isPlatewrightError, messageOf } from "@platewright/core";
import { UsageError } from "../flags/usage-error.ts";
import type { Output } from "./output.ts";

/** The exit code of each way in which a command ends. */
export const exitCodes = { ok: 0, error: 1, usage: 2, wellsFailed: 3, interrupted: 130 } as const;

/** Tells of an error: on stdout as JSON where JSON is wanted, always on stderr as a sentence. Answers the exit code. */
export function reportError(thrown: unknown, output: Output): number {
  if (output.json) output.document(errorDocument(thrown));
  output.problem(`${output.noteStyle.red("Error:")} ${sentenceOf(thrown)}`);
  if (output.verbose) output.problem(stackOf(thrown));
  return exitCodeOf(thrown);
}

/** An error as a document; one of a compile lists its diagnostics. */
function errorDocument(thrown: unknown): object {
  const diagnostics = diagnosticsOf(thrown);
  if (diagnostics) {
    return {
      ok: false,
      diagnostics: diagnostics.map(({ phase, step, code, message, hint }) => ({
        phase,
        ...(step === undefined ? {} : { step }),
        code,
        message,
        hint,
      })),
    };
  }
  return { ok: false, error: { code: codeOf(thrown), message: sentenceOf(thrown) } };
}

/** What an error says, followed by the messages of its causes where they say more. */
function sentenceOf(thrown: unknown): string {
  let text = messageOf(thrown);
  // These sentences were made from their cause.
  if (isPlatewrightError(thrown, "declaration") || isPlatewrightError(thrown, "plate")) return text;
  for (const cause of causesOf(thrown)) {
    const [message = ""] = messageOf(cause).split("\n");
    // The system's own words for what the sentence says already are for --verbose.
    const technical = typeof (cause as NodeJS.ErrnoException).errno === "number";
    if (!technical && message !== "" && !text.includes(message)) text += ` (${message})`;
  }
  return text;
}

/** The cause of an error, that one's, and so on. */
function* causesOf(thrown: unknown): Iterable<unknown> {
  let cause = thrown instanceof Error ? thrown.cause : undefined;
  for (let depth = 0; cause !== undefined && depth < 8; depth++) {
    yield cause;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
}

function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof UsageError) return exitCodes.usage;
  if (!isPlatewrightError(thrown)) return exitCodes.error;
  if (thrown.code === "cancelled") return exitCodes.interrupted;
  return ["compile", "declaration", "parameter", "filter"].includes(thrown.code)
    ? exitCodes.usage
    : exitCodes.error;
}

function codeOf(thrown: unknown): string {
  const code = (thrown as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "internal";
}

function diagnosticsOf(thrown: unknown): readonly Diagnostic[] | undefined {
  if (!isPlatewrightError(thrown, "compile")) return undefined;
  return thrown.details.diagnostics as readonly Diagnostic[] | undefined;
}

function stackOf(thrown: unknown): string {
  const textOf = (error: unknown): string =>
    error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [textOf(thrown), ...[...causesOf(thrown)].map((cause) => `caused by: ${textOf(cause)}`)].join("\n");
}
