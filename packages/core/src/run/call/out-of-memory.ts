import { causesOf, isPlatewrightError } from "../../errors.ts";

/** Whether an error says that the memory of a device or of the host is exhausted, itself or by what is behind it. */
export function isOutOfMemory(thrown: unknown): boolean {
  return causesOf(thrown).some(
    (error) =>
      isPlatewrightError(error, "out-of-memory") ||
      // What engines say when an ArrayBuffer can't be had.
      (error instanceof RangeError && /allocation failed|out of memory/i.test(error.message)),
  );
}
