import {
  checkFolder,
  checkPath,
  createHostArray,
  dtypeOf,
  type Entry,
  type HostArray,
  PlatewrightError,
  type StorageBackend,
  type StorageProvider,
  sizeOf,
  throwIfAborted,
  type WriteArrayOptions,
} from "@platewright/core";

/** A storage like a disk, in memory: locations by their path, and in each its files. */
export interface FakeDisk {
  readonly provider: StorageProvider;
  /** Puts an array or value somewhere without its being counted as a write. */
  put(location: string, path: string, value: unknown): void;
  /** What lies at a location, by path. */
  files(location: string): ReadonlyMap<string, unknown>;
  /** Options with which arrays were written, by path. */
  readonly written: Map<string, WriteArrayOptions>;
  /** Paths in the order they were read or written; `location:path`. */
  readonly reads: string[];
  readonly writes: string[];
  /** How often each path was put, which is their stamp. */
  readonly puts: Map<string, number>;
  /** Called before each read and write; what it throws is what the disk throws. */
  trouble: (what: "read" | "write", path: string) => void | Promise<void>;
}

/** Makes an empty disk, installed under the name "disk" or another. */
export function createFakeDisk(name = "disk"): FakeDisk {
  const locations = new Map<string, Map<string, unknown>>();
  const filesAt = (location: string): Map<string, unknown> => {
    const found = locations.get(location) ?? new Map<string, unknown>();
    locations.set(location, found);
    return found;
  };
  const disk: FakeDisk = {
    provider: {
      kind: "storage",
      name,
      persistent: true,
      open: (location, options) =>
        openFake(disk, name, resolve(location), filesAt(resolve(location)), options),
      resolve,
      contains: (outer, inner) => `${resolve(inner)}/`.startsWith(`${resolve(outer)}/`),
    },
    put: (location, path, value) => {
      filesAt(resolve(location)).set(path, value);
      disk.puts.set(path, (disk.puts.get(path) ?? 0) + 1);
    },
    files: (location) => filesAt(resolve(location)),
    written: new Map(),
    reads: [],
    writes: [],
    puts: new Map(),
    trouble: () => {},
  };
  return disk;
}

function resolve(location: string): string {
  return location.startsWith("/") ? location : `/home/${location}`;
}

function openFake(
  disk: FakeDisk,
  name: string,
  location: string,
  files: Map<string, unknown>,
  options: { readonly readOnly?: boolean } = {},
): StorageBackend {
  const find = (path: string): unknown => {
    if (files.has(checkPath(path))) return files.get(path);
    throw new PlatewrightError("not-found", `There is no file "${path}".`, { path });
  };
  const write = async (path: string, value: unknown, given: WriteArrayOptions = {}): Promise<void> => {
    throwIfAborted(given.signal);
    await disk.trouble("write", checkPath(path));
    throwIfAborted(given.signal);
    if (files.has(path) && given.overwrite !== true) {
      throw new PlatewrightError("exists", `"${path}" exists already.`, { path });
    }
    disk.writes.push(`${location}:${path}`);
    disk.written.set(path, given);
    files.set(path, value);
  };
  const reader: StorageBackend = {
    name,
    persistent: true,
    location,
    has: (path) => [...files.keys()].some((file) => file === checkPath(path) || file.startsWith(`${path}/`)),
    stamp: (path) => {
      find(path);
      return `put ${disk.puts.get(path)} times`;
    },
    list: (folder, given) => listFiles([...files.keys()], checkFolder(folder), given?.recursive ?? false),
    async readArray(path, given = {}) {
      throwIfAborted(given.signal);
      await disk.trouble("read", path);
      throwIfAborted(given.signal);
      disk.reads.push(`${location}:${path}`);
      const whole = find(path) as HostArray;
      const found = given.plane ? planeOf(whole, given.plane) : whole;
      const data = given.into?.({ shape: found.shape, dtype: found.dtype });
      if (!data) return found;
      data.set(found.data);
      return createHostArray(found.shape, found.dtype, data);
    },
    readValue: (path) => find(path),
  };
  if (options.readOnly) return reader;
  return {
    ...reader,
    writeArray: (path, array, given) =>
      write(path, createHostArray(array.shape, array.dtype, array.data.slice() as never), given),
    writeValue: (path, value, given) => write(path, JSON.parse(JSON.stringify(value)), given),
    remove: (path) => {
      files.delete(checkPath(path));
    },
  };
}

function planeOf(array: HostArray, plane: readonly number[]): HostArray {
  const shape = array.shape.slice(plane.length);
  const size = sizeOf(shape);
  const index = plane.reduce((at, i, axis) => at * (array.shape[axis] as number) + i, 0);
  return createHostArray(shape, array.dtype, array.data.subarray(index * size, (index + 1) * size) as never);
}

async function* listFiles(
  paths: readonly string[],
  folder: string,
  recursive: boolean,
): AsyncIterable<Entry> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const found = new Map<string, Entry>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const name = path.slice(prefix.length).split("/")[0] as string;
    if (recursive || prefix + name === path) found.set(path, { path, kind: "file" });
    else found.set(prefix + name, { path: prefix + name, kind: "folder" });
  }
  yield* [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Everything at a location as plain data: arrays as their values, for comparing runs byte by byte. */
export function contentOf(disk: FakeDisk, location: string): Record<string, unknown> {
  const files = [...disk.files(location)].filter(([path]) => path !== "run.json").sort();
  return Object.fromEntries(
    files.map(([path, value]) => [
      path,
      isArray(value) ? [dtypeOf(value.data), value.shape, [...value.data]] : value,
    ]),
  );
}

function isArray(value: unknown): value is HostArray {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value;
}
