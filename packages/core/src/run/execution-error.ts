import { type ErrorDetails, messageOf, PlatewrightError } from "../errors.ts";

/** Where in a run something failed. */
export interface Place {
  readonly well: string;
  readonly step: string;
}

/**
 * The error of something that failed in a step of a well: `what` goes on from the step's name, and `reason` follows, the
 * error behind it or a sentence.
 */
export function executionError(
  { well, step }: Place,
  what: string,
  reason: unknown,
  details: ErrorDetails = {},
): PlatewrightError {
  return new PlatewrightError("execution", `Well ${well}, step "${step}"${what}: ${messageOf(reason)}`, {
    cause: typeof reason === "string" ? undefined : reason,
    well,
    step,
    ...details,
  });
}
