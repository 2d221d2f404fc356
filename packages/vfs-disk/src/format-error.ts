import { PlatewrightError } from "@platewright/core";

/** A "format" error about a file: `sentence` follows the file's name in quotes and says what is wrong and what to do. */
export function formatError(name: string, sentence: string, cause?: unknown): PlatewrightError {
  return new PlatewrightError("format", `${JSON.stringify(name)} ${sentence}`, {
    path: name,
    ...(cause === undefined ? {} : { cause }),
  });
}

const remedy = "Copy the file again from where it was made.";

/** A "format" error for a damaged file: `fault` says what is wrong, without the full stop. */
export function damagedError(name: string, fault: string, cause?: unknown): PlatewrightError {
  return formatError(name, `is damaged: ${fault}. ${remedy}`, cause);
}

/** A "format" error for a file that ends before something that it should hold: `what` is the subject, as "strip 3". */
export function truncatedError(
  name: string,
  what: string,
  start: number,
  end: number,
  size: number,
): PlatewrightError {
  return formatError(
    name,
    `is truncated: ${what} lies at bytes ${start}–${end} of a file of ${size} bytes. ${remedy}`,
  );
}
