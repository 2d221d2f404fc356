import {
  checkFolder,
  checkPath,
  createHostArray,
  type Entry,
  type HostArray,
  PlatewrightError,
  type StorageBackend,
  type StorageProvider,
  sliceOf,
  throwIfAborted,
  type WriteOptions,
} from "@platewright/core";

/** What of a storage is done another way, or left out. */
export type Alter = (kept: StorageBackend) => {
  readonly [M in keyof StorageBackend]?: StorageBackend[M] | undefined;
};

/** A storage in maps, one for each location, that keeps every promise; `alter` breaks some. */
export function mapStorage(alter: Alter = () => ({})): StorageProvider {
  const places = new Map<string, Map<string, unknown>>();
  return {
    kind: "storage",
    name: "map",
    persistent: false,
    resolve: (location) => location,
    contains: (outer, inner) => `${inner}/`.startsWith(`${outer}/`),
    open(location, { readOnly = false } = {}) {
      const files = places.get(location) ?? new Map<string, unknown>();
      if (readOnly && files.size === 0) throw new PlatewrightError("not-found", `There is no ${location}.`);
      places.set(location, files);
      const kept = openMap(location, files);
      const { write, writeArray, writeValue, remove, lock, ...reader } = { ...kept, ...alter(kept) };
      const writer = { write, writeArray, writeValue, remove, lock };
      return (readOnly ? reader : { ...reader, ...writer }) as StorageBackend;
    },
  };
}

function openMap(location: string, files: Map<string, unknown>): StorageBackend {
  const held = new Set<string>();
  const find = (path: string): unknown => {
    if (!files.has(checkPath(path))) throw new PlatewrightError("not-found", `There is no ${path}.`);
    return files.get(path);
  };
  const put = (path: string, value: unknown, { overwrite = false, signal }: WriteOptions = {}): void => {
    throwIfAborted(signal);
    if (files.has(checkPath(path)) && !overwrite) throw new PlatewrightError("exists", `${path} is there.`);
    files.set(path, value);
  };
  return {
    name: "map",
    persistent: false,
    location,
    has: (path) => files.has(checkPath(path)) || [...files.keys()].some((key) => key.startsWith(`${path}/`)),
    async *list(folder, { recursive = false } = {}) {
      const start = checkFolder(folder) === "" ? "" : `${folder}/`;
      const found = new Map<string, Entry>();
      for (const key of [...files.keys()].sort()) {
        if (!key.startsWith(start)) continue;
        const end = recursive ? -1 : key.indexOf("/", start.length);
        const path = end < 0 ? key : key.slice(0, end);
        found.set(path, { path, kind: end < 0 ? "file" : "folder" });
      }
      yield* found.values();
    },
    read: (path) => (find(path) as Uint8Array).slice(),
    write: (path, bytes, options) => put(path, bytes.slice(), options),
    remove(path) {
      find(path);
      files.delete(path);
    },
    lock(path) {
      if (held.has(checkPath(path))) throw new PlatewrightError("exists", `${path} is held.`);
      held.add(path);
      return () => void held.delete(path);
    },
    describeArray: (path) => find(path) as HostArray,
    async readArray(path, { plane, into, signal } = {}) {
      throwIfAborted(signal);
      const whole = find(path) as HostArray;
      const { shape, dtype, data } = plane ? sliceOf(whole, plane[0] as number) : whole;
      const target = into?.({ shape, dtype }) ?? data.slice();
      target.set(data);
      return createHostArray(shape, dtype, target as never);
    },
    writeArray: (path, { shape, dtype, data }, options) =>
      put(path, createHostArray(shape, dtype, data.slice() as never), options),
    readValue: (path) => JSON.parse(find(path) as string),
    writeValue: (path, value, options) => put(path, JSON.stringify(value), options),
  };
}
