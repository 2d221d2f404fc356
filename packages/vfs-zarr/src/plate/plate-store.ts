import {
  baseName,
  type CallOptions,
  joinPath,
  normalizeWell,
  type PlateStore as PlateStoreOfAnyStorage,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { formatDocument, parseObject } from "../arrays/json.ts";
import { metadataNames } from "../bytes/byte-store.ts";
import { openDiskStore } from "../bytes/disk-store.ts";
import { manifestName } from "../checksums/manifest.ts";
import { notFoundError } from "../format-error.ts";
import { createZarrReader } from "../zarr-reader.ts";
import { checkDeclaration, type PlateDeclaration } from "./declaration.ts";
import { listWells, readIfThere } from "./finish-plate.ts";
import { declarationName, locateImage, sourceName, wellFolders } from "./plate-paths.ts";
import { removeBelow, removeIfThere } from "./remove.ts";
import { createWellWriter, type WellWriter } from "./well-writer.ts";

/**
 * Writes a declared plate. Any number of stores, in threads or processes, may write one plate at once, each well by one
 * of them. What is there does not depend on how many they were or in which order they wrote, to the byte.
 *
 * `writePlane` writes the image's pyramid too. It throws "parameter" for a key that was not declared, "array" where the
 * image's shape or dtype is not the field's; `writeLabels` as it, and "dtype" for floats. `openWell` holds what is read
 * against its checksums.
 */
export interface PlateStore extends PlateStoreOfAnyStorage {
  readonly declaration: PlateDeclaration;
  /** Lists the finished wells, whoever wrote them, in the plate's own metadata: now it is a plate. Answers their paths, such as "A/1". */
  finish(): Promise<readonly string[]>;
}

/** How a plate is declared. */
export interface DeclarePlateOptions extends CallOptions {
  /** Whether a plate that is there may be replaced. Default `false`: an "exists" error. */
  readonly overwrite?: boolean | undefined;
}

/**
 * Declares a plate in a folder of a storage (`""` is its root), once, before anyone writes it. An unfinished plate of the
 * same declaration is gone on with: its finished wells stay. Until `finish` the folder is no plate.
 * Throws "parameter" for an invalid declaration and "exists" where another plate is there.
 */
export async function declarePlate(
  storage: StorageBackend,
  folder: string,
  declaration: PlateDeclaration,
  { overwrite = false, signal }: DeclarePlateOptions = {},
): Promise<PlateStore> {
  checkDeclaration(declaration);
  const bytes = formatDocument(declaration);
  const path = joinPath(folder, declarationName);
  const before = await readIfThere(storage, path);
  const same = before !== undefined && Buffer.compare(before, bytes) === 0;
  const present = await presentRootDocuments(storage, folder);
  if (!overwrite && (present.length > 0 || (before && !same))) throw thereAlready(storage, folder);
  for (const name of present) await removeIfThere(storage, joinPath(folder, name));
  if (!same) {
    await removeWells(storage, folder);
    await storage.write?.(path, bytes, { overwrite: true, signal });
    await storage.flush?.();
  }
  return createPlateStore(storage, folder, declaration);
}

/** Joins in writing a plate that was declared. Throws "not-found" where none was. */
export async function joinPlate(storage: StorageBackend, folder: string): Promise<PlateStore> {
  const path = joinPath(folder, declarationName);
  const bytes = await readIfThere(storage, path);
  if (!bytes) throw notFoundError(path, storage.location);
  const declaration = parseObject(path, bytes) as unknown as PlateDeclaration;
  checkDeclaration(declaration);
  return createPlateStore(storage, folder, declaration);
}

function createPlateStore(
  storage: StorageBackend,
  folder: string,
  declaration: PlateDeclaration,
): PlateStore {
  const wells = new Map<string, WellWriter>();
  const declared = new Set(declaration.wells.map(normalizeWell));
  const folderOf = (well: string): string => joinPath(folder, ...wellFolders(normalizeWell(well)));
  const manifestIn = (well: string): string => joinPath(folderOf(well), manifestName);
  const writerOf = (well: string): WellWriter => {
    const name = normalizeWell(well);
    const known = wells.get(name);
    if (known) return known;
    if (!declared.has(name))
      throw new PlatewrightError(
        "parameter",
        `Well ${name} was not declared for the plate "${declaration.name}". Declare it.`,
        {
          well: name,
        },
      );
    const made = createWellWriter(storage, folder, declaration, name);
    wells.set(name, made);
    return made;
  };
  return {
    declaration,
    writePlane: async (key, image, { signal } = {}) =>
      await writerOf(key.well).writePlane(key, image, signal),
    writeLabels: async (name, key, image, { signal } = {}) =>
      await writerOf(key.well).writeLabels(name, key, image, signal),
    async finishWell(well, source) {
      await writerOf(well).finish(source);
      wells.delete(normalizeWell(well));
    },
    hasWell: async (well) => await storage.has(manifestIn(well)),
    async sourceOf(well) {
      const bytes = await readIfThere(storage, joinPath(folderOf(well), sourceName));
      return bytes && new TextDecoder().decode(bytes);
    },
    async openWell(well) {
      const path = manifestIn(well);
      if (!(await storage.has(path))) throw notFoundError(path, storage.location);
      const store = await openDiskStore(joinPath(storage.location, folderOf(well)), true);
      return { backend: createZarrReader(store, true), locate: (key) => locateImage(key, declaration) };
    },
    async removeWell(well) {
      wells.delete(normalizeWell(well));
      await removeIfThere(storage, manifestIn(well));
      await removeBelow(storage, folderOf(well));
    },
    finish: () => listWells(storage, folder, declaration),
  };
}

function thereAlready(storage: StorageBackend, folder: string): PlatewrightError {
  const place = joinPath(storage.location, folder);
  return new PlatewrightError(
    "exists",
    `There is a plate in ${place} already. Write to another folder, or overwrite it on purpose.`,
    { location: place },
  );
}

/** What makes a folder a Zarr hierarchy, whoever wrote it, and the checksums of ours. */
const rootDocuments = [manifestName, ...metadataNames];

async function presentRootDocuments(storage: StorageBackend, folder: string): Promise<readonly string[]> {
  const present: string[] = [];
  for (const name of rootDocuments) if (await storage.has(joinPath(folder, name))) present.push(name);
  return present;
}

/** Removes the rows of a plate, and nothing that else lies in its folder. */
async function removeWells(storage: StorageBackend, folder: string): Promise<void> {
  const rows: string[] = [];
  for await (const { path, kind } of storage.list(folder))
    if (kind === "folder" && /^[A-Z]{1,2}$/.test(baseName(path))) rows.push(path);
  for (const row of rows) await removeBelow(storage, row);
}
