import { isPlatewrightError, type StorageBackend, type StorageProvider } from "@platewright/core";
import { type CodecFile, disk, type FileCodec } from "@platewright/vfs-disk";
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
    if (data.length === length) await readParts(file, offset, data, listeners.get(data));
    return { ...found, data };
  },
};

type Listener = (part: Uint8Array) => void;

/** Who wants to hear of the parts that are read into an array. */
const listeners = new WeakMap<Uint8Array, Listener>();

const partBytes = 2 ** 19;

/** Reads part after part; while one is looked at, the next is read. */
async function readParts(
  file: CodecFile,
  offset: number,
  data: Uint8Array,
  listener: Listener | undefined,
): Promise<void> {
  if (!listener) {
    await file.read(offset, data);
    return;
  }
  let before: Uint8Array | undefined;
  for (let start = 0; start < data.length; start += partBytes) {
    const part = data.subarray(start, start + partBytes);
    const reading = file.read(offset + start, part);
    if (before) listener(before);
    await reading;
    before = part;
  }
  if (before) listener(before);
}

const rawDisk: StorageProvider = disk({ codecs: [bytesOfFile] });

/** A folder of the machine, or a file's folder, as bytes. `storage` reads and writes the same folder. */
export interface DiskStore extends ByteStore {
  readonly storage: StorageBackend;
  sizeOf(path: string): Promise<number | undefined>;
}

/** Opens a folder. Throws as the storage `disk` does. */
export async function openDiskStore(location: string, readOnly: boolean): Promise<DiskStore> {
  const storage = await disk().open(location, { readOnly });
  const raw = await rawDisk.open(location, { readOnly });
  const sizeOf = (path: string, signal?: AbortSignal): Promise<number | undefined> =>
    orMissing(async () => (await raw.describeArray?.(path, { signal }))?.shape[0]);
  return {
    location,
    listable: true,
    storage,
    sizeOf,
    get: (path, signal) => orMissing(async () => await storage.read?.(path, { signal })),
    getRange: (path, range, signal) =>
      orMissing(async () => {
        const size = await sizeOf(path, signal);
        if (size === undefined) return undefined;
        const { offset, length } = rangeWithin(range, size);
        const part = await raw.readArray?.(path, { plane: [offset, length], signal });
        return part?.data as Uint8Array | undefined;
      }),
    readInto: (path, target, onPart, signal) =>
      orMissing(async () => {
        let size: number | undefined;
        listeners.set(target, onPart);
        await raw.readArray?.(path, {
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
