import { joinPath } from "@platewright/core";
import type { ByteStore } from "../bytes/byte-store.ts";
import { formatError } from "../format-error.ts";
import { createRecent } from "../recent.ts";
import { type FileSum, hasSum, manifestName, parseManifest } from "./manifest.ts";

/** The checksums that a store keeps of its own files, where it keeps any. */
export interface Checksums {
  /** The bytes under a key, held against what is kept of them; `undefined` where there are none and none are promised. Throws "format". */
  read(path: string, signal?: AbortSignal | undefined, own?: string): Promise<Uint8Array | undefined>;
  /** As `read`, but straight into `target`. Answers how many bytes there are; where that is not its length, nothing was read. */
  readInto(
    path: string,
    target: Uint8Array,
    signal?: AbortSignal | undefined,
    own?: string,
  ): Promise<number | undefined>;
  /** What is kept of a key. `own` is a folder to ask first: that of an array which stands for itself. */
  sumOf(path: string, signal?: AbortSignal | undefined, own?: string): Promise<FileSum | undefined>;
  /** The sums of the files in a folder, relative to it; `undefined` where none are kept. */
  manifest(
    folder: string,
    signal?: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, FileSum> | undefined>;
}

/** Manifests that are kept at once: those of the folders that wells read at the same time. One of a well may be a megabyte. */
const manifestsKept = 64;

/**
 * Reads through the checksums of a store. A manifest at the root names the root's files and the manifests of folders
 * below, each of which names the files of its folder. `keep`: manifests are read once, for what is not written
 * meanwhile.
 */
export function createChecksums(store: ByteStore, keep: boolean): Checksums {
  const kept = createRecent<ReadonlyMap<string, FileSum> | undefined>(manifestsKept);

  const load = async (folder: string, signal: AbortSignal | undefined) => {
    const path = joinPath(folder, manifestName);
    // Asking costs less than an error, where it is no request of its own.
    if (store.listable && !(await store.has(path, signal))) return undefined;
    const bytes = await store.get(path, signal);
    return bytes && parseManifest(path, bytes);
  };

  // The root's is asked for each time, so that it stays.
  const manifest: Checksums["manifest"] = (folder, signal) =>
    keep ? kept(folder, () => load(folder, undefined)) : load(folder, signal);

  const sumOf: Checksums["sumOf"] = async (path, signal, own) => {
    const root = await manifest("", signal);
    const atRoot = root?.get(path);
    if (atRoot) return atRoot;
    for (let at = path.lastIndexOf("/"); root && at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (!root.has(joinPath(folder, manifestName))) continue;
      const inFolder = await manifest(folder, signal);
      if (!inFolder) throw missing(joinPath(folder, manifestName));
      return inFolder.get(path.slice(at + 1));
    }
    if (own === undefined || !path.startsWith(`${own}/`)) return undefined;
    return (await manifest(own, signal))?.get(path.slice(own.length + 1));
  };

  return {
    manifest,
    sumOf,
    async readInto(path, target, signal, own) {
      const [length, sum] = await Promise.all([
        store.readInto?.(path, target, signal),
        sumOf(path, signal, own),
      ]);
      if (sum && length === undefined) throw missing(path);
      if (sum && length === target.length) checkSum(path, target, sum);
      return length;
    },
    async read(path, signal, own) {
      const [bytes, sum] = await Promise.all([store.get(path, signal), sumOf(path, signal, own)]);
      if (sum) checkSum(path, bytes, sum);
      return bytes;
    },
  };
}

/** Throws "format" where bytes do not have the sum that is kept of them. */
export function checkSum(path: string, bytes: Uint8Array | undefined, sum: FileSum): asserts bytes {
  if (!bytes) throw missing(path);
  if (!hasSum(bytes, sum)) throw damaged(path, bytes.length, sum);
}

function damaged(path: string, length: number, sum: FileSum): Error {
  const how =
    length === sum.bytes
      ? "does not fit its checksum"
      : `has ${length} bytes where ${sum.bytes} were written`;
  return formatError(path, `${how}: it is damaged. Copy it again, or run again what wrote it.`);
}

function missing(path: string): Error {
  return formatError(path, "is missing, though it was written. Copy it again, or run again what wrote it.");
}
