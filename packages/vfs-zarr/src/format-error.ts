import { PlatewrightError } from "@platewright/core";

/** A "format" error about a key of a store: `sentence` follows the key in quotes and says what is wrong and what to do. */
export function formatError(path: string, sentence: string, cause?: unknown): PlatewrightError {
  return new PlatewrightError("format", `"${path}" ${sentence}`, {
    path,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A "not-found" error about a key. */
export function notFoundError(path: string, location: string): PlatewrightError {
  return new PlatewrightError(
    "not-found",
    `There is no "${path}" in ${location}. Check the path, or list the folder to see what is there.`,
    { path, location },
  );
}
