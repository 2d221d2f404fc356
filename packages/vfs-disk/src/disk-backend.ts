import {
  checkFolder,
  checkPath,
  PlatewrightError,
  type StorageBackend,
  throwIfAborted,
  type WriteOptions,
} from "@platewright/core";
import type { FileCodec } from "./codecs/codec.ts";
import { readWhole } from "./codecs/codec.ts";
import { lstatPath, removeFolder, statIfThere, statPath, unlinkFile } from "./files/calls.ts";
import { createLimit } from "./files/limit.ts";
import { listFolder } from "./files/list-folder.ts";
import { lockFile } from "./files/lock-file.ts";
import { withFile } from "./files/open-for-reading.ts";
import { createRemembered } from "./files/remembered.ts";
import type { Root } from "./files/root.ts";
import { type FileAct, hasCode, storageError } from "./files/storage-error.ts";
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
  const limited = createLimit(filesAtOnce);
  const remembered = createRemembered();
  const unsynced = sync === "flush" ? createUnsynced() : undefined;

  const act = async <T>(
    kind: FileAct,
    path: string,
    signal: AbortSignal | undefined,
    task: () => Promise<T>,
  ): Promise<T> => {
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
    const lower = path.toLowerCase();
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
    act("write", path, options.signal, async () => {
      const target = await root.confine(path);
      try {
        await writeWhole(target, pieces, { ...options, unsynced });
      } catch (error) {
        throw storageError(
          "write",
          path,
          error,
          Array.isArray(pieces) ? pieces.reduce((sum, { length }) => sum + length, 0) : undefined,
        );
      }
    });

  const reading: StorageBackend = {
    name: "disk",
    persistent: true,
    location,
    async has(path, options = {}) {
      checkPath(path);
      return await act("read", path, options.signal, async () => {
        const full = await root.confine(path);
        return await statIfThere(full).then(
          (stats) => stats !== undefined,
          (error: unknown) => {
            if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
            throw error;
          },
        );
      });
    },
    async stamp(path, options = {}) {
      checkPath(path);
      return await act("read", path, options.signal, async () => {
        const { size, mtimeMs } = await statPath(await root.confine(path));
        return `${size} bytes, ${mtimeMs} ms`;
      });
    },
    async *list(folder, options = {}) {
      checkFolder(folder);
      try {
        yield* listFolder(root, folder, options);
      } catch (error) {
        throw storageError("list", folder, error);
      }
    },
    async read(path, options = {}) {
      checkPath(path);
      return await act("read", path, options.signal, () => withFile(root, path, readWhole));
    },
    async describeArray(path, options = {}) {
      checkPath(path);
      const codec = codecFor(path, "describeArray", "described");
      return await act("read", path, options.signal, () =>
        withFile(root, path, (file) => codec.describeArray(file, options), remembered),
      );
    },
    async readArray(path, options = {}) {
      checkPath(path);
      const codec = codecFor(path, "readArray", "read as an array");
      return await act("read", path, options.signal, () =>
        withFile(root, path, (file) => codec.readArray(file, options), remembered),
      );
    },
    async readValue(path, options = {}) {
      checkPath(path);
      const codec = codecFor(path, "decodeValue", "read as a value");
      const bytes = await act("read", path, options.signal, () => withFile(root, path, readWhole));
      return codec.decodeValue(path, bytes);
    },
  };
  if (readOnly) return reading;

  return {
    ...reading,
    ...(unsynced && { flush: () => act("write", "", undefined, () => unsynced.flush()) }),
    async lock(path) {
      checkPath(path);
      return await act("write", path, undefined, async () => lockFile(await root.confine(path), path));
    },
    async write(path, bytes, options = {}) {
      checkPath(path);
      await put(path, [bytes], options);
    },
    async writeArray(path, array, options = {}) {
      checkPath(path);
      const codec = codecFor(path, "encodeArray", "written as an array");
      throwIfAborted(options.signal);
      await put(path, await codec.encodeArray(path, array, options), options);
    },
    async writeValue(path, value, options = {}) {
      checkPath(path);
      const codec = codecFor(path, "encodeValue", "written as a value");
      await put(path, [codec.encodeValue(path, value)], options);
    },
    async writeTable(path, table, options = {}) {
      checkPath(path);
      const codec = codecFor(path, "encodeTable", "written as a table");
      await put(path, codec.encodeTable(path, table), options);
    },
    async remove(path, options = {}) {
      checkPath(path);
      await act("remove", path, options.signal, async () => {
        const full = await root.confine(path);
        const stats = await lstatPath(full);
        await (stats.isDirectory() ? removeFolder(full) : unlinkFile(full));
      });
    },
  };
}
