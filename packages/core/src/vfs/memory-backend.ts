import { PlatewrightError } from "../errors.ts";
import { checkFolder, checkPath } from "./path.ts";
import type { Entry, StorageBackend } from "./storage-backend.ts";

/**
 * The storage `memory`: values of any kind, arrays among them, kept as they are under a path.
 * An array stays on the device it is on; nothing is copied or converted, on the way in or out.
 */
export interface MemoryBackend extends StorageBackend {
  readValue(path: string): unknown;
  writeValue(path: string, value: unknown, options?: { readonly overwrite?: boolean }): void;
  remove(path: string): void;
}

/** Makes an empty memory backend. */
export function createMemoryBackend(): MemoryBackend {
  const values = new Map<string, unknown>();
  return {
    name: "memory",
    persistent: false,
    location: "memory",
    has: (path) =>
      values.has(checkPath(path)) || [...values.keys()].some((key) => key.startsWith(`${path}/`)),
    list: (folder, options) =>
      listValues([...values.keys()].sort(), checkFolder(folder), options?.recursive ?? false),
    readValue(path) {
      if (!values.has(checkPath(path))) throw notFound(path);
      return values.get(path);
    },
    writeValue(path, value, options = {}) {
      if (values.has(checkPath(path)) && options.overwrite !== true) {
        throw new PlatewrightError(
          "exists",
          `"${path}" is kept in memory already. Set overwrite: true to replace it.`,
          { path },
        );
      }
      values.set(path, value);
    },
    remove(path) {
      if (!values.delete(checkPath(path))) throw notFound(path);
    },
  };
}

function notFound(path: string): PlatewrightError {
  return new PlatewrightError("not-found", `Nothing is kept in memory under "${path}".`, { path });
}

async function* listValues(
  paths: readonly string[],
  folder: string,
  recursive: boolean,
): AsyncIterable<Entry> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const folders = new Set<string>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const slash = path.indexOf("/", prefix.length);
    if (recursive || slash < 0) {
      yield { path, kind: "file" };
    } else if (!folders.has(path.slice(0, slash))) {
      folders.add(path.slice(0, slash));
      yield { path: path.slice(0, slash), kind: "folder" };
    }
  }
}
