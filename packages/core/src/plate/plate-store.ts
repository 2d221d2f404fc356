import { PlatewrightError } from "../errors.ts";
import type { HostArray } from "../memory/host-array.ts";
import type { CallOptions, StorageBackend } from "../vfs/storage-backend.ts";
import type { ImageKey } from "./image-key.ts";
import type { PlateImage } from "./plate-layout.ts";

/** A plate that is about to be written into a store of arrays, the same for all who write it. Plain data. */
export interface PlateDeclaration {
  readonly name: string;
  /** Wells that may be written; only those that are written will be listed. */
  readonly wells: readonly string[];
  readonly sites: readonly string[];
  readonly timepoints: readonly string[];
  readonly channels: readonly { readonly value: string; readonly name?: string }[];
  readonly z: readonly string[];
  /** Rows and columns of the physical plate. */
  readonly plateDimensions?: readonly [rows: number, columns: number];
  /** Sides of a pixel in µm. */
  readonly pixelSize?: { readonly x: number; readonly y: number };
  /** How chunks are packed, by a name that the storage knows. Default: the storage's own choice. */
  readonly codec?: string;
  /** Version of the format, by a name that the storage knows. Default: the storage's own choice. */
  readonly version?: string;
  /** Longest side of a chunk, in pixels. Default: the storage's own choice. */
  readonly chunkSize?: number;
  /** `"labels"`: the images are numbers of objects. Default: intensities. */
  readonly images?: "labels";
  /** What the images are made from: a plate of the same source may be gone on with. */
  readonly source?: string;
}

/** Writes a declared plate. Several stores may write one plate at once, each well by one of them. */
export interface PlateStore {
  readonly declaration: PlateDeclaration;
  /** Writes one [Y, X] image. */
  writePlane(key: ImageKey, image: HostArray, options?: CallOptions): Promise<void>;
  /** Writes one [Y, X] image of labels beside the images of the key's site; its channel does not matter. */
  writeLabels(name: string, key: ImageKey, image: HostArray, options?: CallOptions): Promise<void>;
  /** Completes a well: from here on `finish` lists it. A well of which nothing was written stays absent. `source` says what it is made from. */
  finishWell(well: string, source?: string): Promise<void>;
  /** Whether a well is finished, whoever wrote it. */
  hasWell(well: string): Promise<boolean>;
  /** What a finished well is made from, as `finishWell` was told; `undefined` where it was told nothing. */
  sourceOf(well: string): Promise<string | undefined>;
  /** Opens a finished well for reading. Throws "not-found" for one that is not. */
  openWell(well: string): Promise<StoredWell>;
  /** Takes a well back, whether it is finished or not. */
  removeWell(well: string): Promise<void>;
  /** Lists the finished wells, whoever wrote them: now it is a plate. */
  finish(): Promise<unknown>;
}

/** A finished well of a plate, for reading. */
export interface StoredWell {
  readonly backend: StorageBackend;
  /** Where in the backend an image lies; `undefined` for one that was not declared. */
  locate(key: ImageKey): Pick<PlateImage, "path" | "plane"> | undefined;
}

/** A storage backend that keeps whole plates as arrays, instead of a file for each image. */
export interface PlateStorage extends StorageBackend {
  /** Begins to write a plate in a folder, once, before anyone writes it. Throws "exists" where there is one, unless it may be replaced. */
  declarePlate(
    folder: string,
    declaration: PlateDeclaration,
    options?: CallOptions & { readonly overwrite?: boolean },
  ): Promise<PlateStore>;
  /** Joins in writing a plate that was declared, from this or another thread or process. */
  joinPlate(folder: string): Promise<PlateStore>;
}

/** The backend as one that keeps plates. Throws "storage" where it can't. */
export function plateStorageOf(backend: StorageBackend): PlateStorage {
  const { declarePlate, joinPlate } = backend as Partial<PlateStorage>;
  if (declarePlate && joinPlate) return backend as PlateStorage;
  throw new PlatewrightError(
    "storage",
    `The storage backend "${backend.name}" (${backend.location}) can't write plates.`,
  );
}
