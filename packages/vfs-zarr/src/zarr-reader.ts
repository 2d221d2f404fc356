import {
  type ArrayDescription,
  type CallOptions,
  checkFolder,
  checkPath,
  type StorageBackend,
  throwIfAborted,
} from "@platewright/core";
import { decodeCsv } from "@platewright/vfs-disk";
import { objectIn, parseDocument } from "./arrays/json.ts";
import { type ArraySource, type DecodedChunk, type OpenArray, openArray } from "./arrays/open-array.ts";
import { readPlanes } from "./arrays/read-plane.ts";
import type { ByteStore } from "./bytes/byte-store.ts";
import { createChecksums } from "./checksums/checksums.ts";
import { type Verification, verifyAll } from "./checksums/verify.ts";
import { notFoundError } from "./format-error.ts";
import { createRecent } from "./recent.ts";

/** A store as a storage backend: its keys as files, its arrays plane by plane. */
export interface ZarrReader extends StorageBackend {
  read(path: string, options?: CallOptions): Promise<Uint8Array>;
  describeArray(path: string, options?: CallOptions): Promise<ArrayDescription>;
  readArray: NonNullable<StorageBackend["readArray"]>;
  /** Reads every file of which a checksum is kept, in the plate or array in a folder, and says which are damaged. */
  verify(folder?: string, options?: CallOptions): Promise<Verification>;
}

const cacheBytes = 64 * 2 ** 20;
const arraysKept = 512;

/** Opens a store for reading; `keep`: what was read of its metadata holds, because nobody writes. */
export function createZarrReader(store: ByteStore, keep: boolean): ZarrReader {
  const checksums = createChecksums(store, keep);
  const source: ArraySource = { store, checksums, lastFormat: 2 };
  const cache = createRecent<DecodedChunk>(keep ? cacheBytes : 0, ({ data }) => data.byteLength);
  const opened = createRecent<OpenArray>(arraysKept);

  const open = (path: string, signal: AbortSignal | undefined): Promise<OpenArray> => {
    if (path !== "") checkPath(path);
    throwIfAborted(signal);
    return keep ? opened(path, () => openArray(source, path, undefined)) : openArray(source, path, signal);
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
    async readValue(path, options) {
      const bytes = await read(path, options);
      return /\.csv$/i.test(path) ? decodeCsv(bytes, { name: path }) : parseDocument(path, bytes);
    },
    verify: (folder = "", { signal } = {}) => verifyAll(checksums, checkFolder(folder), signal),
  };
}

function pixelSizeIn(attributes: Readonly<Record<string, unknown>>): { x: number; y: number } | undefined {
  const size = objectIn(objectIn(attributes.platewright)?.pixelSize);
  return typeof size?.x === "number" && typeof size.y === "number" ? { x: size.x, y: size.y } : undefined;
}
