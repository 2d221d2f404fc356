import { messageOf } from "@platewright/core";
import { formatError } from "../format-error.ts";

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, `undefined` where it is none. */
export function objectIn(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The value as a list of whole numbers from 0 on, `undefined` where it is none. */
export function listOfLengths(value: unknown): readonly number[] | undefined {
  const isLength = (length: unknown): boolean => Number.isSafeInteger(length) && (length as number) >= 0;
  return Array.isArray(value) && value.every(isLength) ? (value as number[]) : undefined;
}

/** Reads a JSON document. Throws "format" for anything else. NaN and infinities, which Python writes bare, are taken as texts. */
export function parseDocument(path: string, bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text.replace(/("fill_value":\s*)(NaN|-?Infinity)/g, '$1"$2"'));
  } catch (error) {
    throw formatError(
      path,
      `is no valid JSON: ${messageOf(error)}. Copy it again from where it was made.`,
      error,
    );
  }
}

/** As `parseDocument`, but throws "format" for what is no object. */
export function parseObject(path: string, bytes: Uint8Array): JsonObject {
  const object = objectIn(parseDocument(path, bytes));
  if (!object) throw formatError(path, "holds no JSON object. Copy it again from where it was made.");
  return object;
}

/** A JSON document as it is written: two spaces deep, a line break at the end, all in ASCII, as Python's zarr 2 needs it. */
export function formatDocument(value: unknown): Uint8Array {
  const text = JSON.stringify(value, undefined, 2).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new TextEncoder().encode(`${text}\n`);
}
