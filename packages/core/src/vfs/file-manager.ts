import { PlatewrightError } from "../errors.ts";
import { type Capability, methodOf } from "./capability.ts";
import { checkPath } from "./path.ts";
import type { Entry, StorageBackend } from "./storage-backend.ts";

/**
 * One way to every storage backend. Each call names its backend: there is no default and no guessing from the path.
 * Throws "storage" for a backend that is not there or lacks what is asked of it.
 */
export interface FileManager {
  readonly names: readonly string[];
  backend(name: string): StorageBackend;
  /** Calls a method of a backend, which it must have. */
  use<C extends Capability>(name: string, capability: C): NonNullable<StorageBackend[C]>;
  load(path: string, backend: string): Promise<unknown>;
  save(value: unknown, path: string, backend: string, options?: SaveOptions): Promise<void>;
  /** All or none: what was read is in the order of `paths`. */
  loadBatch(paths: readonly string[], backend: string): Promise<readonly unknown[]>;
  /** Checks everything before it writes anything; where a write fails, takes back what it had written anew. */
  saveBatch(
    values: readonly unknown[],
    paths: readonly string[],
    backend: string,
    options?: SaveOptions,
  ): Promise<void>;
  list(folder: string, backend: string): Promise<readonly Entry[]>;
  exists(path: string, backend: string): Promise<boolean>;
  remove(path: string, backend: string): Promise<void>;
}

/** How something is saved. */
export interface SaveOptions {
  /** Whether what is there may be replaced. Default `false`: an "exists" error. */
  readonly overwrite?: boolean;
}

/** Makes a file manager over backends; their names must differ. */
export function createFileManager(backends: readonly StorageBackend[]): FileManager {
  const byName = new Map<string, StorageBackend>();
  for (const backend of backends) {
    if (byName.has(backend.name)) {
      throw new PlatewrightError("registry", `Two storage backends are named "${backend.name}".`);
    }
    byName.set(backend.name, backend);
  }
  const backend = (name: string): StorageBackend => {
    const found = byName.get(name);
    if (found) return found;
    throw new PlatewrightError(
      "storage",
      `There is no storage backend ${JSON.stringify(name)}. There are: ${[...byName.keys()].join(", ")}.`,
      { name, backends: [...byName.keys()] },
    );
  };
  const use: FileManager["use"] = (name, capability) => methodOf(backend(name), capability);
  const load: FileManager["load"] = async (path, name) => use(name, "readValue")(checkPath(path));
  const save: FileManager["save"] = async (value, path, name, options) =>
    use(name, "writeValue")(checkPath(path), value, options);
  const exists: FileManager["exists"] = async (path, name) => backend(name).has(checkPath(path));

  return Object.freeze<FileManager>({
    names: Object.freeze([...byName.keys()]),
    backend,
    use,
    load,
    save,
    exists,
    loadBatch: async (paths, name) => Promise.all(paths.map((path) => load(path, name))),
    saveBatch: async (values, paths, name, options) =>
      saveAll(backend(name), use(name, "writeValue"), values, paths, options),
    async list(folder, name) {
      const entries: Entry[] = [];
      for await (const entry of backend(name).list(folder)) entries.push(entry);
      return entries;
    },
    async remove(path, name) {
      await use(name, "remove")(checkPath(path));
    },
  });
}

async function saveAll(
  backend: StorageBackend,
  write: NonNullable<StorageBackend["writeValue"]>,
  values: readonly unknown[],
  paths: readonly string[],
  options: SaveOptions = {},
): Promise<void> {
  if (values.length !== paths.length) {
    throw new PlatewrightError(
      "storage",
      `saveBatch got ${values.length} values for ${paths.length} paths. Nothing was written.`,
    );
  }
  if (new Set(paths).size !== paths.length) {
    throw new PlatewrightError("storage", "saveBatch got a path twice. Nothing was written.", { paths });
  }
  const before = await Promise.all(paths.map((path) => backend.has(checkPath(path))));
  const taken = paths.find((_, i) => before[i]);
  if (taken !== undefined && options.overwrite !== true) {
    throw new PlatewrightError(
      "exists",
      `"${taken}" exists already. Set overwrite: true to replace it. Nothing was written.`,
      { path: taken },
    );
  }
  const written: string[] = [];
  try {
    for (const [i, path] of paths.entries()) {
      await write(path, values[i], options);
      if (!before[i]) written.push(path);
    }
  } catch (thrown) {
    await Promise.allSettled(written.map(async (path) => backend.remove?.(path)));
    throw thrown;
  }
}
