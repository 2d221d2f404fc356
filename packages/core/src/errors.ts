const errorKey: unique symbol = Symbol.for("@platewright/core/error@1") as never;

/** What went wrong, in one word that a program can test. */
export type ErrorCode =
  | "array" // an array has a shape, dtype or length that does not fit
  | "dtype" // values do not fit the dtype they should become
  | "memory-type" // a value or name that belongs to no registered memory type
  | "conversion" // no route between two memory types, or a route that failed
  | "device" // a device that is absent
  | "device-lost" // a device that was lost with what lay on it
  | "out-of-memory" // host or device memory is exhausted
  | "registry" // a plugin is missing, or two plugins claim one name
  | "path" // a path that leaves its root or is no path
  | "storage" // a storage backend is unknown, lacks a capability or failed
  | "not-found" // a file, well or image that is not there
  | "exists" // something is there already and may not be overwritten
  | "format" // a file's bytes are damaged or of a kind that is not read
  | "plate" // a plate that no layout or more than one layout claims, or that contradicts itself
  | "filter" // a well filter that says nothing, or names what the plate lacks
  | "parameter" // a setting or parameter is unknown or out of range
  | "declaration" // a function, step or pipeline is declared wrongly
  | "compile" // a pipeline does not compile for a plate
  | "execution" // a function failed on a group of images
  | "cancelled"; // the caller's signal was aborted

/** An error of this family: a sentence for people, a code and typed details for programs. */
export class PlatewrightError extends Error {
  override readonly name: string = "PlatewrightError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorDetails = {}) {
    const { cause, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = Object.freeze(details);
    Object.defineProperty(this, errorKey, { value: true });
  }
}

/** The fields of an error: `cause` is the error behind it, the rest becomes `details`. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly [detail: string]: unknown;
}

/** Whether a value is an error of this family (of any copy of core), and of this code where one is named. */
export function isPlatewrightError(value: unknown, code?: ErrorCode): value is PlatewrightError {
  return (
    value instanceof Error &&
    (value as { [errorKey]?: boolean })[errorKey] === true &&
    (code === undefined || (value as PlatewrightError).code === code)
  );
}

/** The sentence of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Any value as it would be written, for messages. */
export function textOf(value: unknown): string {
  try {
    return (typeof value !== "number" && JSON.stringify(value)) || String(value);
  } catch {
    return typeof value === "bigint" ? `${value}n` : `a value of type ${typeof value}`;
  }
}

/** Whether an error came of the signal: a "cancelled" error, or the signal's own reason, or one of these behind it. */
export function isCancellation(thrown: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return causesOf(thrown).some((error) => error === signal.reason || isPlatewrightError(error, "cancelled"));
}

/** A thrown value and the errors behind it, nearest first; ten of them at most, as they may go in a circle. */
export function causesOf(thrown: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let error = thrown; error !== undefined && causes.length < 10; ) {
    causes.push(error);
    error = error instanceof Error ? error.cause : undefined;
  }
  return causes;
}

/** Throws a "cancelled" error where the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PlatewrightError("cancelled", "Cancelled.", { cause: signal.reason });
}
