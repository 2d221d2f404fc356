import type { Entry } from "@platewright/core";

/** Zarr's own documents: one of them in a folder makes it a group or an array. */
export const metadataNames: readonly string[] = ["zarr.json", ".zgroup", ".zarray", ".zattrs"];

/** Part of a file: from a position on, or its last bytes. */
export type ByteRange =
  | { readonly offset: number; readonly length: number }
  | { readonly suffixLength: number };

/** Where the keys of a Zarr hierarchy are read: a folder, an address, a zip file. Paths were checked by `checkPath`. */
export interface ByteStore {
  /** As a person would write it. */
  readonly location: string;
  /** Whether `list` knows what there is; an address can't be listed. */
  readonly listable: boolean;
  /** How many keys are best read at a time: as many as hide how long one takes, few enough that the first is there soon. */
  readonly readsAtOnce: number;
  /** The bytes under a key, `undefined` where there is none. */
  get(path: string, signal?: AbortSignal | undefined): Promise<Uint8Array | undefined>;
  /** Part of the bytes under a key, fewer where they end before; `undefined` where there is no such key. */
  getRange(path: string, range: ByteRange, signal?: AbortSignal | undefined): Promise<Uint8Array | undefined>;
  /**
   * Reads the bytes under a key straight into `target`, where they are just as many. Answers how many there are, whether
   * they were read or not; `undefined` where there is no such key. Left out where it would save no copy.
   */
  readInto?(path: string, target: Uint8Array, signal?: AbortSignal | undefined): Promise<number | undefined>;
  /** Whether there is such a key, or a folder of this name. */
  has(path: string, signal?: AbortSignal | undefined): Promise<boolean>;
  list(
    folder: string,
    options: { readonly recursive?: boolean | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Entry>;
}

/** The range in numbers, of something that is `size` bytes long. */
export function rangeWithin(
  range: ByteRange,
  size: number,
): { readonly offset: number; readonly length: number } {
  if ("suffixLength" in range) {
    const length = Math.min(range.suffixLength, size);
    return { offset: size - length, length };
  }
  const offset = Math.min(range.offset, size);
  return { offset, length: Math.min(range.length, size - offset) };
}

/** Part of a file that was read whole: a copy, for the index of a shard is read as 64-bit numbers, which can't begin anywhere. */
export function partOf(whole: Uint8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(whole.subarray(offset, offset + length));
}
