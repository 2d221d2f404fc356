import {
  type ArrayDescription,
  type CallOptions,
  checkFolder,
  checkPath,
  type StorageBackend,
  throwIfAborted,
} from "@platewright/core";
import { createChunkCache } from "./arrays/chunk-cache.ts";
import { objectIn, parseObject } from "./arrays/json.ts";
import { type ArraySource, type OpenArray, openArray } from "./arrays/open-array.ts";
import { readPlanes } from "./arrays/read-plane.ts";
import { writeZarrArray } from "./arrays/write-array.ts";
import type { ByteStore } from "./bytes/byte-store.ts";
import type { DiskStore } from "./bytes/disk-store.ts";
import { createChecksums } from "./checksums/checksums.ts";
import { type Verification, verifyAll } from "./checksums/verify.ts";
import type { ZarrFormat } from "./codecs/encode-chunk.ts";
import { notFoundError } from "./format-error.ts";
import type { PlateDeclaration } from "./plate/declaration.ts";
import { type DeclarePlateOptions, declarePlate, joinPlate, type PlateStore } from "./plate/plate-store.ts";

/** The storage `zarr`: its keys as files, its arrays plane by plane. */
export interface ZarrBackend extends StorageBackend {
  read(path: string, options?: CallOptions): Promise<Uint8Array>;
  describeArray(path: string, options?: CallOptions): Promise<ArrayDescription>;
  readArray: NonNullable<StorageBackend["readArray"]>;
  /** Reads every file of which a checksum is kept, in the plate or array in a folder, and says which are damaged. */
  verify(folder?: string, options?: CallOptions): Promise<Verification>;
  /** Begins to write a plate in a folder: see `declarePlate`. Only where the storage may be written. */
  declarePlate?(
    folder: string,
    declaration: PlateDeclaration,
    options?: DeclarePlateOptions,
  ): Promise<PlateStore>;
  /** Joins in writing a plate that was declared, from another thread or process: see `joinPlate`. */
  joinPlate?(folder: string): Promise<PlateStore>;
}

const cacheBytes = 64 * 2 ** 20;
const arraysKept = 512;

/** Opens a store for reading; `keep`: what was read of its metadata holds, because nobody writes. */
export function createZarrReader(store: ByteStore, keep: boolean): ZarrBackend {
  const checksums = createChecksums(store, keep);
  const source: ArraySource = { store, checksums, lastFormat: 2 };
  const cache = createChunkCache(keep ? cacheBytes : 0);
  const opened = new Map<string, Promise<OpenArray>>();

  const open = (path: string, signal: AbortSignal | undefined): Promise<OpenArray> => {
    if (path !== "") checkPath(path);
    throwIfAborted(signal);
    const known = opened.get(path);
    if (known) return known;
    const opening = openArray(source, path, keep ? undefined : signal);
    if (!keep) return opening;
    opened.set(path, opening);
    opening.catch(() => opened.delete(path));
    for (const oldest of opened.keys()) {
      if (opened.size <= arraysKept) break;
      opened.delete(oldest);
    }
    return opening;
  };

  const read = async (path: string, { signal }: CallOptions = {}): Promise<Uint8Array> => {
    checkPath(path);
    throwIfAborted(signal);
    const bytes = await checksums.read(path, signal);
    if (!bytes) throw notFoundError(path, store.location);
    return bytes;
  };

  return {
    name: "zarr",
    persistent: true,
    location: store.location,
    read,
    has: async (path, { signal } = {}) => await store.has(checkPath(path), signal),
    list: (folder, options = {}) => store.list(checkFolder(folder), options),
    async describeArray(path, { signal } = {}) {
      const { facts } = await open(path, signal);
      const pixelSize = pixelSizeIn(facts.attributes);
      return { shape: facts.shape, dtype: facts.dtype, ...(pixelSize ? { pixelSize } : {}) };
    },
    readArray: async (path, options = {}) =>
      await readPlanes(await open(path, options.signal), cache, options),
    readValue: async (path, options) => parseObject(path, await read(path, options)),
    verify: (folder = "", { signal } = {}) => verifyAll(checksums, checkFolder(folder), signal),
  };
}

/** A folder that is written too. Arrays become Zarr arrays of `format`; all else goes to the disk as it is. */
export function createZarrBackend(store: DiskStore, format: ZarrFormat): ZarrBackend {
  const reader = createZarrReader(store, false);
  const { storage: disk, batch } = store;
  return {
    ...reader,
    async write(path, bytes, options) {
      await disk.write?.(path, bytes, options);
    },
    async remove(path, options) {
      await disk.remove?.(path, options);
    },
    async writeArray(path, array, options = {}) {
      checkPath(path);
      throwIfAborted(options.signal);
      await writeZarrArray(batch, path, array, options, format);
    },
    async readValue(path, options) {
      return isMetadata(path)
        ? await reader.readValue?.(path, options)
        : await disk.readValue?.(path, options);
    },
    async writeValue(path, value, options) {
      await disk.writeValue?.(path, value, options);
    },
    declarePlate: (folder, declaration, options) =>
      declarePlate(batch, checkFolder(folder), declaration, options),
    joinPlate: (folder) => joinPlate(batch, checkFolder(folder)),
  };
}

/** Zarr's own documents, which have no ending that the disk would know. */
function isMetadata(path: string): boolean {
  return /(^|\/)(\.z(array|attrs|group|metadata)|zarr\.json)$/.test(path);
}

function pixelSizeIn(attributes: Readonly<Record<string, unknown>>): { x: number; y: number } | undefined {
  const size = objectIn(objectIn(attributes.platewright)?.pixelSize);
  return typeof size?.x === "number" && typeof size.y === "number" ? { x: size.x, y: size.y } : undefined;
}
