import { inflate, inflateSync } from "node:zlib";
import type { PlatewrightError } from "@platewright/core";
import { damagedError } from "../format-error.ts";

/** A deflate stream (zlib framing) and the most bytes that it may hold. */
export interface Deflated {
  readonly bytes: Uint8Array;
  readonly limit: number;
  /** The part of the file, for messages. */
  readonly what: string;
}

// Below this the way to the thread pool and back costs more than the work.
const smallBytes = 32_768;

/** Inflates on this thread. Throws "format" for a damaged stream and for one that holds more than `limit` bytes. */
export function inflateHere(name: string, { bytes, limit, what }: Deflated): Uint8Array {
  try {
    return inflateSync(bytes, optionsFor(limit));
  } catch (cause) {
    throw inflateError(name, what, cause);
  }
}

/** As `inflateHere`, but on the thread pool where that pays. */
export function inflateAside(name: string, stream: Deflated): Promise<Uint8Array> {
  if (stream.limit < smallBytes) return Promise.resolve(inflateHere(name, stream));
  return new Promise((resolve, reject) => {
    inflate(stream.bytes, optionsFor(stream.limit), (error, result) => {
      if (error) reject(inflateError(name, stream.what, error));
      else resolve(result);
    });
  });
}

// One chunk holds all, so that zlib neither grows nor joins buffers; one byte more tells "too long" from "full".
function optionsFor(limit: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: limit + 1, chunkSize: Math.max(64, limit + 1) };
}

function inflateError(name: string, what: string, cause: unknown): PlatewrightError {
  const isTooLong = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
  const fault = isTooLong ? "holds more pixels than its header says" : "can't be inflated";
  return damagedError(name, `${what} ${fault}`, cause);
}
