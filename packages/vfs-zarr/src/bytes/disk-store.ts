import { isPlatewrightError, type StorageBackend, type StorageProvider } from "@platewright/core";
import { disk, type FileCodec } from "@platewright/vfs-disk";
import { type ByteStore, rangeWithin } from "./byte-store.ts";

/** Any file as an array of its bytes, so that the disk, which confines paths to its root, reads parts of files too. */
const bytesOfFile: FileCodec = {
  kind: "codec",
  name: "bytes",
  endings: [""],
  describeArray: async ({ size }) => ({ shape: [size], dtype: "uint8" }),
  async readArray(file, { plane: [offset = 0, length = file.size - offset] = [], into }) {
    const found = { shape: [length], dtype: "uint8" } as const;
    const data = into ? (into(found) as Uint8Array) : new Uint8Array(length);
    if (data.length === length) await file.read(offset, data);
    return { ...found, data };
  },
};

// The processor holds what was read against its checksum, or decodes it, while others are read.
const readsAtOnce = 3;

const eachWrite: StorageProvider = disk();
const manyWrites: StorageProvider = disk({ codecs: [bytesOfFile], sync: "flush" });

/** A folder of the machine, or a file's folder, as bytes. */
export interface DiskStore extends ByteStore {
  /** The same folder, for single files: each write reaches the disk. */
  readonly storage: StorageBackend;
  /** The same folder, for arrays and plates: what was written reaches the disk with `flush`. */
  readonly batch: StorageBackend;
  sizeOf(path: string): Promise<number | undefined>;
}

/** Opens a folder. Throws as the storage `disk` does. */
export async function openDiskStore(location: string, readOnly: boolean): Promise<DiskStore> {
  const storage = await eachWrite.open(location, { readOnly });
  const batch = await manyWrites.open(location, { readOnly });
  const sizeOf = (path: string, signal?: AbortSignal): Promise<number | undefined> =>
    orMissing(async () => (await batch.describeArray?.(path, { signal }))?.shape[0]);
  return {
    location,
    listable: true,
    readsAtOnce,
    storage,
    batch,
    sizeOf,
    get: (path, signal) => orMissing(async () => await storage.read?.(path, { signal })),
    getRange: (path, range, signal) =>
      orMissing(async () => {
        const size = await sizeOf(path, signal);
        if (size === undefined) return undefined;
        const { offset, length } = rangeWithin(range, size);
        const part = await batch.readArray?.(path, { plane: [offset, length], signal });
        return part?.data as Uint8Array | undefined;
      }),
    readInto: (path, target, signal) =>
      orMissing(async () => {
        let size: number | undefined;
        await batch.readArray?.(path, {
          signal,
          into({ shape: [length] }) {
            size = length;
            return target;
          },
        });
        return size;
      }),
    has: async (path, signal) => await storage.has(path, { signal }),
    list: (folder, { recursive = false, signal }) => storage.list(folder, { recursive, signal }),
  };
}

async function orMissing<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isPlatewrightError(error, "not-found")) return undefined;
    // A file where a folder of that name would be: the key is not there either.
    const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
    if (cause?.code === "ENOTDIR") return undefined;
    throw error;
  }
}
