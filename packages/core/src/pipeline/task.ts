import { PlatewrightError } from "../errors.ts";
import type { HostArray } from "../memory/host-array.ts";
import type { Awaitable } from "../memory/memory-type.ts";
import type { ImageKey } from "../plate/image-key.ts";
import type { StorageBackend } from "../vfs/storage-backend.ts";

/** Work on stored files, once for each well: no array comes in from memory, and none goes out. */
export interface Task<P = unknown> {
  readonly kind: "task";
  readonly name: string;
  /** The package that publishes it; with the name and version it identifies the task in a plan. */
  readonly package: string | undefined;
  readonly version: string;
  run(context: TaskContext<P>): Awaitable<void>;
}

/** What the author of a task declares. */
export interface TaskSpec<P> {
  readonly name: string;
  readonly package?: string;
  /** Changes when the same parameters give other files. */
  readonly version?: string;
  run(context: TaskContext<P>): Awaitable<void>;
}

/** An image that a step has left in a storage. */
export interface StoredImage {
  readonly key: ImageKey;
  /** In `TaskContext.storage`. */
  readonly path: string;
}

/** What a task works on, in one well. */
export interface TaskContext<P = unknown> {
  readonly well: string;
  readonly params: P;
  /** The images that the task reads, complete and written, in the order of timepoint, site, channel and z. */
  readonly images: readonly StoredImage[];
  /** The storage that holds them, to read from. */
  readonly storage: Pick<
    StorageBackend,
    "name" | "location" | "has" | "list" | "read" | "readArray" | "readValue"
  >;
  /** Reads one of `images` as [Y, X]. */
  readImage(image: StoredImage): Promise<HostArray>;
  /** Writes a file among the results, in a folder of this step and well. Where the well fails it is taken back. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Writes an array in the format of the name's ending; see `write`. */
  writeArray(name: string, array: HostArray): Promise<void>;
  /** Writes a table, a document or regions in the format of the name's ending; see `write`. */
  writeValue(name: string, value: unknown): Promise<void>;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** Declares work on stored files, for a `taskStep`. Throws "declaration" where it has no name. */
export function defineTask<P = undefined>(spec: TaskSpec<P>): Task<P> {
  if (typeof spec.name !== "string" || spec.name === "") {
    throw new PlatewrightError("declaration", "A task needs a name, by which a plan knows it.");
  }
  const { name, version = "1", run } = spec;
  return Object.freeze({ kind: "task", name, package: spec.package, version, run });
}

/** Whether a value is a task. */
export function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "task";
}
