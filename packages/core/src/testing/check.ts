import { type ErrorCode, type HostArray, isPlatewrightError, messageOf, sizeOf } from "@platewright/core";

/** Throws the sentence unless the condition holds. */
export function check(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}

/** Throws unless both are the same as JSON. */
export function checkEqual(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  check(a === b, `${what} is ${a}, not ${b}.`);
}

/** Throws unless an array has the shape, dtype and every bit of another. */
export function checkSameBits(found: HostArray, expected: HostArray, what: string): void {
  checkEqual([found.shape, found.dtype], [expected.shape, expected.dtype], `${what}: shape and dtype`);
  check(
    found.data.length === sizeOf(found.shape) &&
      found.data.BYTES_PER_ELEMENT === expected.data.BYTES_PER_ELEMENT,
    `${what}: the data has ${found.data.length} values, which does not fit the shape (${found.shape.join(", ")}).`,
  );
  const [a, b] = [bytesIn(found), bytesIn(expected)];
  const at = a.findIndex((byte, i) => byte !== b[i]);
  if (at < 0) return;
  const index = Math.floor(at / found.data.BYTES_PER_ELEMENT);
  throw new Error(
    `${what}: value ${index} is ${found.data[index]}, not ${expected.data[index]} (or differs in its bits).`,
  );
}

/** The bytes of an array, shared. */
export function bytesIn({ data }: HostArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Throws unless the work fails with an error of this family and code, or one with such an error behind it, whose
 * sentence contains all of the words.
 */
export async function checkFails(
  what: string,
  code: ErrorCode,
  work: () => unknown,
  words: readonly string[] = [],
): Promise<void> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  check(thrown !== undefined, `${what} passes; it should be a "${code}" error.`);
  check(hasCode(thrown, code), `${what} is to be a "${code}" error, but it is: ${messageOf(thrown)}`);
  const missing = words.filter((word) => !messageOf(thrown).includes(word));
  check(missing.length === 0, `${what}: the error does not name ${missing.join(", ")}: ${messageOf(thrown)}`);
}

/** Whether an error, or one behind it, has this code. */
export function hasCode(thrown: unknown, code: string): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (isPlatewrightError(error) && error.code === code) return true;
  }
  return false;
}
