import type { DType } from "../memory/dtype.ts";
import type { Awaitable } from "../memory/memory-type.ts";
import type { CallOptions, StorageBackend } from "../vfs/storage-backend.ts";
import type { ImageKey } from "./image-key.ts";

/** One image of a plate and where it is stored. */
export interface PlateImage extends ImageKey {
  /** Relative to the plate's folder. */
  readonly path: string;
  /** The plane within a file or array that holds several; see `ReadArrayOptions.plane`. */
  readonly plane?: readonly number[];
}

/** Sides of a pixel in the specimen. */
export interface PixelSize {
  readonly x: number;
  readonly y: number;
  readonly unit: "µm";
}

/** Everything that is known of a plate before a pixel is read. What is not known is left out, never invented. */
export interface PlateIndex {
  /** The layout's name. */
  readonly layout: string;
  /** The plate's own name, else its folder's. */
  readonly name: string;
  /** Wells with at least one image, sorted by `compareWells`, named as on the plate. */
  readonly wells: readonly string[];
  /** Sorted by `compareKeys`; each key once. */
  readonly images: readonly PlateImage[];
  /** Projections that the microscope made itself: not z planes, never read by a pipeline unless asked for. */
  readonly projections: readonly PlateImage[];
  /** [Y, X] of one image, where the metadata or the first image says so. */
  readonly shape?: readonly [height: number, width: number];
  readonly dtype?: DType;
  readonly pixelSize?: PixelSize;
  /** By channel value. */
  readonly channelNames?: Readonly<Record<string, string>>;
  /** Rows and columns of sites in a well. */
  readonly gridDimensions?: readonly [rows: number, columns: number];
  /** Rows and columns of wells of the physical plate. */
  readonly plateDimensions?: readonly [rows: number, columns: number];
  /** Images that the metadata promises and the storage lacks; where there is no metadata, gaps in the cross product of a well. */
  readonly missing: readonly ImageKey[];
  /** Of the images that were looked into those that can't be read, with a sentence that says why. */
  readonly unreadable?: readonly { readonly path: string; readonly reason: string }[];
  /** What a person should know, a sentence each: thumbnails left aside, metadata that disagrees with the storage, … */
  readonly notes: readonly string[];
}

/** How a microscope lays out a plate. */
export interface PlateLayout {
  readonly kind: "layout";
  readonly name: string;
  /** Looks for the layout's own files: a sentence that names the evidence, or `undefined` where it is not this layout. */
  detect(storage: StorageBackend, options?: CallOptions): Awaitable<string | undefined>;
  /** Finds every image. Throws "plate" where the metadata can't be read or nothing is found. */
  index(storage: StorageBackend, options?: CallOptions): Awaitable<PlateIndex>;
  /** Reads the layout's own file name; `undefined` where it is none. */
  parseName?(name: string): Partial<ImageKey> | undefined;
  /** The file name of an image in this layout. */
  formatName?(key: ImageKey): string;
}
