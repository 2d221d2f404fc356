import {
  type CallOptions,
  isPlatewrightError,
  joinPath,
  messageOf,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { readBytes } from "../storage.ts";

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a Zarr group says of itself in the words of OME-Zarr. */
export interface Group {
  /** Where it was read, for messages: "A/1/.zattrs". */
  readonly document: string;
  /** 0.4 and before: the attributes themselves; from 0.5 on what stands under `ome`. */
  readonly ome: JsonObject;
  /** What this project writes beside it. */
  readonly own: JsonObject;
}

/** Reads a group's attributes, of Zarr v2 or v3; `undefined` where there is no such group. Throws "plate" for what is no JSON. */
export async function readGroup(
  storage: StorageBackend,
  path: string,
  options: CallOptions | undefined,
): Promise<Group | undefined> {
  for (const name of [".zattrs", "zarr.json"]) {
    const document = joinPath(path, name);
    const content = await readIfThere(storage, document, options);
    if (!content) continue;
    const attributes = name === ".zattrs" ? content : (objectIn(content.attributes) ?? {});
    return {
      document,
      ome: objectIn(attributes.ome) ?? attributes,
      own: objectIn(attributes.platewright) ?? {},
    };
  }
  return undefined;
}

async function readIfThere(
  storage: StorageBackend,
  path: string,
  options: CallOptions | undefined,
): Promise<JsonObject | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(storage, path, options);
  } catch (error) {
    if (isPlatewrightError(error, "not-found")) return undefined;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new PlatewrightError(
      "plate",
      `"${path}" is no valid JSON: ${messageOf(error)}. Copy the plate again from where it was made.`,
      { path, cause: error },
    );
  }
  const object = objectIn(value);
  if (!object) throw invalid(path, "it holds no JSON object");
  return object;
}

/** The value as an object, `undefined` where it is none. */
export function objectIn(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The value as a list of objects with at least one entry. Throws "plate" otherwise; `what` names it. */
export function objectsIn(document: string, what: string, value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(document, `${what} is no list with an entry`);
  return value.map((entry, i) => {
    const object = objectIn(entry);
    if (!object) throw invalid(document, `${what}[${i}] is no object`);
    return object;
  });
}

/** The value as a text that is not empty. Throws "plate" otherwise. */
export function textIn(document: string, what: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(document, `${what} is ${JSON.stringify(value) ?? "missing"}, not a text`);
}

/** The error for metadata that OME-Zarr does not allow. */
export function invalid(document: string, reason: string): PlatewrightError {
  return new PlatewrightError(
    "plate",
    `"${document}" is no valid OME-Zarr: ${reason}. Have it corrected by the software that wrote it.`,
    { path: document },
  );
}
