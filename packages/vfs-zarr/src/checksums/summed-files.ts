import { setImmediate } from "node:timers/promises";
import { joinPath, type StorageBackend } from "@platewright/core";
import { type FileSum, formatManifest, manifestName, sumOf } from "./manifest.ts";

/** Files of a folder that are written, whose checksums are kept. */
export interface SummedFiles {
  /** By path in the folder. */
  readonly sums: Map<string, FileSum>;
  /** Writes a file. Should it fail, its checksum may be kept all the same. */
  write(path: string, bytes: Uint8Array, signal?: AbortSignal | undefined): Promise<void>;
  /** Writes the checksums of all files beside them. */
  writeSums(): Promise<void>;
}

/** Begins to write files to a folder of a storage, in the place of those that are there. */
export function createSummedFiles(storage: StorageBackend, folder: string): SummedFiles {
  const sums = new Map<string, FileSum>();
  const put = async (path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> =>
    await storage.write?.(joinPath(folder, path), bytes, { overwrite: true, signal });
  return {
    sums,
    async write(path, bytes, signal) {
      // One turn later the system is writing: the checksum takes no time of its own.
      const summing = setImmediate().then(() => sums.set(path, sumOf(bytes)));
      await Promise.all([put(path, bytes, signal), summing]);
    },
    writeSums: () => put(manifestName, formatManifest(sums)),
  };
}
