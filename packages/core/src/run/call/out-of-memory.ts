import { isPlatewrightError } from "../../errors.ts";

/** Whether an error says that the memory of a device or of the host is exhausted, itself or by what is behind it. */
export function isOutOfMemory(thrown: unknown): boolean {
  for (let error = thrown; error !== undefined; error = error instanceof Error ? error.cause : undefined) {
    if (isPlatewrightError(error, "out-of-memory")) return true;
    // What engines say when an ArrayBuffer can't be had.
    if (error instanceof RangeError && /allocation failed|out of memory/i.test(error.message)) return true;
  }
  return false;
}
