import { checkFolder, checkPath, throwIfAborted } from "@platewright/core";
import { hasZarrArray, removeZarrArray, writeZarrArray } from "./arrays/write-array.ts";
import type { DiskStore } from "./bytes/disk-store.ts";
import type { ZarrFormat } from "./codecs/encode-chunk.ts";
import type { PlateDeclaration } from "./plate/declaration.ts";
import { type DeclarePlateOptions, declarePlate, joinPlate, type PlateStore } from "./plate/plate-store.ts";
import { createZarrReader, type ZarrReader } from "./zarr-reader.ts";

/** The storage `zarr`: what it reads, and, where it may be written, plates. */
export interface ZarrBackend extends ZarrReader {
  /** Begins to write a plate in a folder: see `declarePlate`. Only where the storage may be written. */
  declarePlate?(
    folder: string,
    declaration: PlateDeclaration,
    options?: DeclarePlateOptions,
  ): Promise<PlateStore>;
  /** Joins in writing a plate that was declared, from another thread or process: see `joinPlate`. */
  joinPlate?(folder: string): Promise<PlateStore>;
}

/** A folder that is written too. Arrays become Zarr arrays of `format`; all else goes to the disk as it is. */
export function createZarrBackend(store: DiskStore, format: ZarrFormat): ZarrBackend {
  const reader = createZarrReader(store, false);
  const { storage: disk, batch } = store;
  return {
    ...reader,
    ...(disk.lock && { lock: disk.lock }),
    ...(disk.write && { write: disk.write }),
    async remove(path, options) {
      throwIfAborted(options?.signal);
      if (await hasZarrArray(disk, checkPath(path))) await removeZarrArray(disk, path);
      else await disk.remove?.(path, options);
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
    ...(disk.writeValue && { writeValue: disk.writeValue }),
    ...(disk.writeTable && { writeTable: disk.writeTable }),
    declarePlate: (folder, declaration, options) =>
      declarePlate(batch, checkFolder(folder), declaration, options),
    joinPlate: (folder) => joinPlate(batch, checkFolder(folder)),
  };
}

/** Zarr's own documents, which have no ending that the disk would know. */
function isMetadata(path: string): boolean {
  return /(^|\/)(\.z(array|attrs|group|metadata)|zarr\.json)$/.test(path);
}
