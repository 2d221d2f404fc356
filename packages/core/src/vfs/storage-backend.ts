import type { DType, TypedArray } from "../memory/dtype.ts";
import type { HostArray } from "../memory/host-array.ts";
import type { Awaitable } from "../memory/memory-type.ts";

/** What every call of a storage backend may be given. */
export interface CallOptions {
  /** Ends the call early with a "cancelled" error. */
  readonly signal?: AbortSignal | undefined;
}

/** How something is written. */
export interface WriteOptions extends CallOptions {
  /** Whether what is there may be replaced. Default `false`: an "exists" error. */
  readonly overwrite?: boolean;
}

/** How an array is read. */
export interface ReadArrayOptions extends CallOptions {
  /**
   * Which [Y, X] plane of a file or array that holds several: an index for each leading axis
   * (for a multi-page TIFF, the page). Default: the file must hold one plane, else all are read as [Z, Y, X].
   */
  readonly plane?: readonly number[] | undefined;
  /**
   * Where the pixels shall go: called once with the shape and dtype that were found, answers a typed array of exactly that length and dtype.
   * Saves a copy where a stack is read slice by slice. May throw to refuse the array; the error is passed on.
   */
  readonly into?: ((found: ArrayDescription) => TypedArray) | undefined;
}

/** How an array is written: what the format can keep beside the pixels. */
export interface WriteArrayOptions extends WriteOptions {
  /** Side of a pixel in µm, along x and y. */
  readonly pixelSize?: { readonly x: number; readonly y: number } | undefined;
  /** Name of the image and, for each plane or channel, of the channel. */
  readonly name?: string | undefined;
  readonly channelNames?: readonly string[] | undefined;
  /** `"none"` (default) or the name of a compression that the format knows, such as `"deflate"`. */
  readonly compression?: string | undefined;
}

/** What is known of a stored array without reading its pixels. */
export interface ArrayDescription {
  /** [Y, X] for one plane, [pages, Y, X] for several. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Side of a pixel in µm, where the file says so. */
  readonly pixelSize?: { readonly x: number; readonly y: number };
  /** What each page of several is, where the file says so; empty where what it says doesn't fit its pages. */
  readonly pages?: readonly PagePlace[];
  /** Names of its channels, where the file says so: one for a file of one channel, else by the `channel` of its pages. */
  readonly channelNames?: readonly (string | undefined)[];
  /** What a person should know of the file, a sentence each. */
  readonly notes?: readonly string[];
}

/** Which plane of an image a page of a file is: indices from 0. */
export interface PagePlace {
  readonly z: number;
  readonly channel: number;
  readonly timepoint: number;
}

/** Something in a storage backend. Paths are relative to its root, with `/` between names, never beginning with one. */
export interface Entry {
  readonly path: string;
  readonly kind: "file" | "folder";
  readonly bytes?: number;
}

/**
 * A place where files, arrays or values are kept, confined to a root. What a backend can't do, it leaves out.
 * Every path is checked by `checkPath`: `..`, absolute paths, NUL, drive letters and links that leave the root are
 * refused with a "path" error. What is not there is a "not-found" error, what is damaged a "format" error that names it.
 */
export interface StorageBackend {
  readonly name: string;
  /** Whether what is written outlives the process. */
  readonly persistent: boolean;
  /** The root, as a person would write it, for messages. */
  readonly location: string;
  /** Whether a file or folder is there. */
  has(path: string, options?: CallOptions): Awaitable<boolean>;
  /** What of a file changes when the file does, without reading it, such as its size and the time of its last change. */
  stamp?(path: string, options?: CallOptions): Awaitable<string>;
  /** What lies in a folder (`""` is the root), sorted by name; with `recursive` all files below it. A folder that is not there is empty. */
  list(folder: string, options?: CallOptions & { readonly recursive?: boolean }): AsyncIterable<Entry>;
  read?(path: string, options?: CallOptions): Awaitable<Uint8Array>;
  /** Whole or not at all: a failed or killed write leaves the old content or the new. */
  write?(path: string, bytes: Uint8Array, options?: WriteOptions): Awaitable<void>;
  remove?(path: string, options?: CallOptions): Awaitable<void>;
  /**
   * Holds a file so that nobody else who asks for it gets it, and answers what gives it back. Throws "exists" where it is
   * held: by a process that lives, never by one that was killed.
   */
  lock?(path: string): Awaitable<() => Awaitable<void>>;
  /** Brings to the disk what earlier writes left with the system; a storage whose writes do so themselves has none. */
  flush?(): Awaitable<void>;
  /** Shape and dtype of an array, without its pixels. */
  describeArray?(path: string, options?: CallOptions): Awaitable<ArrayDescription>;
  readArray?(path: string, options?: ReadArrayOptions): Awaitable<HostArray>;
  /** `array` is [Y, X] or [Z, Y, X]. */
  writeArray?(path: string, array: HostArray, options?: WriteArrayOptions): Awaitable<void>;
  /** A value such as a table (array of flat records) or a JSON document, by the path's ending. */
  readValue?(path: string, options?: CallOptions): Awaitable<unknown>;
  writeValue?(path: string, value: unknown, options?: WriteOptions): Awaitable<void>;
  /** A table as `writeValue` writes it, without its ever being in memory as a whole. */
  writeTable?(path: string, table: TableSource, options?: WriteOptions): Awaitable<void>;
}

/** A table that comes in parts. */
export interface TableSource {
  /** Every key of any row, in the order of the columns. */
  readonly columns: readonly string[];
  readonly parts: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;
}

/** A kind of storage that an application installs; it opens a backend for a location. */
export interface StorageProvider {
  readonly kind: "storage";
  readonly name: string;
  readonly persistent: boolean;
  /** Whether its backends keep whole plates as arrays instead of a file for each image. */
  readonly keepsPlates?: boolean;
  /** How it can pack images, by the names of the setting `compression`; left out where any name may do. */
  readonly compressions?: readonly string[];
  /** `location` is a path or address as a user would write it. Throws "not-found" for a read-only location that is not there. */
  open(location: string, options?: { readonly readOnly?: boolean }): Awaitable<StorageBackend>;
  /** Whether a location is this storage's own by its look or its files, such as an address or a folder of chunks; a storage without it takes any. */
  claims?(location: string): Awaitable<boolean>;
  /** The location in full, and whether `inner` lies in `outer` or is it, links followed. */
  resolve(location: string): string;
  contains(outer: string, inner: string): boolean;
}
