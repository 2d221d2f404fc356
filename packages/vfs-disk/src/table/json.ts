import { PlatewrightError } from "@platewright/core";
import type { FileCodec } from "../codecs/codec.ts";
import { formatError } from "../format-error.ts";

/** Reads and writes .json files, UTF-8, two spaces deep. JSON has no NaN or infinity: they become null. */
export const jsonCodec: FileCodec = {
  kind: "codec",
  name: "JSON",
  endings: [".json"],
  decodeValue(name, bytes) {
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (cause) {
      throw formatError(
        name,
        `is no JSON: ${(cause as Error).message}. Correct it there, or write it again.`,
        cause,
      );
    }
  },
  encodeValue(name, value) {
    try {
      const text = JSON.stringify(value, null, 2);
      if (text !== undefined) return new TextEncoder().encode(`${text}\n`);
    } catch (cause) {
      throw unwritable(name, (cause as Error).message, cause);
    }
    throw unwritable(name, `it is ${typeof value}`, undefined);
  },
};

function unwritable(name: string, fault: string, cause: unknown): PlatewrightError {
  return new PlatewrightError(
    "storage",
    `The value for ${JSON.stringify(name)} can't be JSON: ${fault}. Give plain data.`,
    {
      path: name,
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
