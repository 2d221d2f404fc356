import { lstatSync, rmdirSync, statSync, unlinkSync } from "node:fs";
import {
  type Awaitable,
  checkFolder,
  checkPath,
  PlatewrightError,
  type StorageBackend,
  throwIfAborted,
  type WriteOptions,
} from "@platewright/core";
import pLimit from "p-limit";
import type { FileCodec } from "./codecs/codec.ts";
import { readWhole } from "./codecs/codec.ts";
import { listFolder } from "./files/list-folder.ts";
import { lockFile } from "./files/lock-file.ts";
import { withFile } from "./files/open-for-reading.ts";
import { createRemembered } from "./files/remembered.ts";
import type { Root } from "./files/root.ts";
import { type FileAct, ifThere, storageError } from "./files/storage-error.ts";
import { createUnsynced } from "./files/unsynced.ts";
import { type Pieces, writeWhole } from "./files/write-whole.ts";

/** What a disk backend is made with. */
export interface DiskBackendOptions {
  readonly codecs: readonly FileCodec[];
  readonly readOnly: boolean;
  readonly sync: "each-write" | "flush";
}

// Enough to keep the thread pool busy, few enough not to run out of open files however many calls are made at once.
const filesAtOnce = 64;

/** Opens the storage of one folder; `location` is the folder as the user wrote it. */
export function createDiskBackend(
  root: Root,
  location: string,
  { codecs, readOnly, sync }: DiskBackendOptions,
): StorageBackend {
  const limited = pLimit(filesAtOnce);
  const remembered = createRemembered();
  const unsynced = sync === "flush" ? createUnsynced() : undefined;

  const act = async <T>(
    kind: FileAct,
    path: string,
    { signal }: { readonly signal?: AbortSignal | undefined },
    task: () => Awaitable<T>,
  ): Promise<T> => {
    checkPath(path);
    try {
      return await limited(() => {
        throwIfAborted(signal);
        return task();
      });
    } catch (error) {
      throw storageError(kind, path, error);
    }
  };

  const codecFor = <K extends keyof FileCodec>(
    path: string,
    method: K,
    what: string,
  ): FileCodec & Required<Pick<FileCodec, K>> => {
    const lower = checkPath(path).toLowerCase();
    const known = codecs.filter((codec) => codec[method] !== undefined);
    const codec = known.find(({ endings }) => endings.some((ending) => lower.endsWith(ending)));
    if (codec) return codec as FileCodec & Required<Pick<FileCodec, K>>;
    const endings = [...new Set(known.flatMap((each) => each.endings))].join(", ");
    throw new PlatewrightError(
      "storage",
      `${JSON.stringify(path)} can't be ${what}: its ending is none of ${endings}. Rename it, or add a codec to disk({ codecs }).`,
      { path },
    );
  };

  const put = (path: string, pieces: Pieces, options: WriteOptions): Promise<void> =>
    act("write", path, options, async () => {
      try {
        await writeWhole(root.confine(path), pieces, { ...options, unsynced });
      } catch (error) {
        const bytes = Array.isArray(pieces) ? pieces.reduce((sum, { length }) => sum + length, 0) : undefined;
        throw storageError("write", path, error, bytes);
      }
    });

  const reading: StorageBackend = {
    name: "disk",
    persistent: true,
    location,
    has: (path, options = {}) =>
      act("read", path, options, () => {
        const full = root.confine(path);
        return ifThere(() => statSync(full, { throwIfNoEntry: false })) !== undefined;
      }),
    stamp: (path, options = {}) =>
      act("read", path, options, () => {
        const { size, mtimeMs } = statSync(root.confine(path));
        return `${size} bytes, ${mtimeMs} ms`;
      }),
    async *list(folder, options = {}) {
      checkFolder(folder);
      try {
        yield* listFolder(root, folder, options);
      } catch (error) {
        throw storageError("list", folder, error);
      }
    },
    read: (path, options = {}) => act("read", path, options, () => withFile(root, path, readWhole)),
    async describeArray(path, options = {}) {
      const codec = codecFor(path, "describeArray", "described");
      const describe = () => withFile(root, path, (file) => codec.describeArray(file, options), remembered);
      return await act("read", path, options, describe);
    },
    async readArray(path, options = {}) {
      const codec = codecFor(path, "readArray", "read as an array");
      const read = () => withFile(root, path, (file) => codec.readArray(file, options), remembered);
      return await act("read", path, options, read);
    },
    async readValue(path, options = {}) {
      const codec = codecFor(path, "decodeValue", "read as a value");
      const bytes = await act("read", path, options, () => withFile(root, path, readWhole));
      return codec.decodeValue(path, bytes);
    },
  };
  if (readOnly) return reading;

  return {
    ...reading,
    ...(unsynced && {
      flush: () =>
        unsynced.flush().catch((error: unknown) => {
          throw storageError("write", "", error);
        }),
    }),
    lock: (path) => act("write", path, {}, () => lockFile(root.confine(path), path)),
    write: (path, bytes, options = {}) => put(path, [bytes], options),
    async writeArray(path, array, options = {}) {
      const codec = codecFor(path, "encodeArray", "written as an array");
      throwIfAborted(options.signal);
      await put(path, await codec.encodeArray(path, array, options), options);
    },
    async writeValue(path, value, options = {}) {
      const codec = codecFor(path, "encodeValue", "written as a value");
      await put(path, [codec.encodeValue(path, value)], options);
    },
    async writeTable(path, table, options = {}) {
      const codec = codecFor(path, "encodeTable", "written as a table");
      await put(path, codec.encodeTable(path, table), options);
    },
    remove: (path, options = {}) =>
      act("remove", path, options, () => {
        const full = root.confine(path);
        if (lstatSync(full).isDirectory()) rmdirSync(full);
        else unlinkSync(full);
      }),
  };
}
