import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import type { Entry } from "@platewright/core";
import { formatError } from "../format-error.ts";
import { type ByteRange, type ByteStore, metadataNames, partOf, rangeWithin } from "./byte-store.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";

const inflate = promisify(inflateRaw);
const localSignature = 0x04034b50;

/** What a zip file is read from. */
export interface ZipSource {
  readonly location: string;
  readonly size: number;
  readonly readsAtOnce: number;
  read(range: ByteRange, signal?: AbortSignal | undefined): Promise<Uint8Array>;
}

/**
 * A Zarr hierarchy in a zip file, read only: at its root, or in the one folder that stands there. Each file is held
 * against the checksum that the zip file keeps of it. Throws "format" for what is no zip file.
 */
export async function openZipStore(source: ZipSource): Promise<ByteStore> {
  const { location } = source;
  const entries = await readZipDirectory(location, source.size, (range) => source.read(range));
  const prefix = rootOf(entries);
  const byPath = new Map<string, ZipEntry>();
  const folders = new Set<string>();
  for (const entry of entries) {
    if (!entry.name.startsWith(prefix)) continue;
    const path = entry.name.slice(prefix.length);
    byPath.set(path, entry);
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.add(path.slice(0, at));
  }
  const paths = [...byPath.keys()].sort();

  const packed = async (path: string, entry: ZipEntry, signal?: AbortSignal): Promise<number> => {
    const header = await source.read({ offset: entry.offset, length: 30 }, signal);
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    if (header.length < 30 || view.getUint32(0, true) !== localSignature)
      throw formatError(path, `of ${location} has a damaged header. Copy the zip file again.`);
    return entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  };

  const get = async (path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> => {
    const entry = byPath.get(path);
    if (!entry) return undefined;
    const offset = await packed(path, entry, signal);
    const bytes = await source.read({ offset, length: entry.packedSize }, signal);
    return await unpack(path, location, entry, bytes);
  };

  return {
    location,
    listable: true,
    readsAtOnce: source.readsAtOnce,
    get,
    async getRange(path, range, signal) {
      const entry = byPath.get(path);
      if (!entry) return undefined;
      const { offset, length } = rangeWithin(range, entry.size);
      if (entry.method !== 0) {
        const whole = await get(path, signal);
        return whole && partOf(whole, offset, length);
      }
      return await source.read({ offset: (await packed(path, entry, signal)) + offset, length }, signal);
    },
    has: async (path) => byPath.has(path) || folders.has(path),
    async *list(folder, { recursive = false }) {
      yield* listPaths(paths, byPath, folder, recursive);
    },
  };
}

async function unpack(
  path: string,
  location: string,
  entry: ZipEntry,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const damaged = (what: string, cause?: unknown) =>
    formatError(path, `of ${location} ${what}. Copy the zip file again.`, cause);
  if (bytes.length !== entry.packedSize) throw damaged("is truncated");
  let content = bytes;
  if (entry.method === 8) {
    try {
      content = await inflate(bytes, { maxOutputLength: entry.size + 1 });
    } catch (error) {
      throw damaged("can't be inflated", error);
    }
  } else if (entry.method !== 0) {
    throw formatError(
      path,
      `of ${location} is compressed by method ${entry.method}, which is not read. Zip it with deflate or without compression.`,
    );
  }
  if (content.length !== entry.size || crc32(content) !== entry.crc32)
    throw damaged("does not fit its checksum");
  return content;
}

function rootOf(entries: readonly ZipEntry[]): string {
  const names = new Set(entries.map(({ name }) => name));
  if (metadataNames.some((name) => names.has(name))) return "";
  const tops = new Set(entries.map(({ name }) => name.slice(0, name.indexOf("/") + 1)));
  const inside = [...tops].filter((top) => metadataNames.some((name) => names.has(top + name)));
  return inside.length === 1 ? (inside[0] ?? "") : "";
}

function* listPaths(
  paths: readonly string[],
  byPath: ReadonlyMap<string, ZipEntry>,
  folder: string,
  recursive: boolean,
): Iterable<Entry> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const seen = new Set<string>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const slash = path.indexOf("/", prefix.length);
    if (recursive || slash < 0) {
      yield { path, kind: "file", bytes: byPath.get(path)?.size ?? 0 };
    } else if (!seen.has(path.slice(0, slash))) {
      seen.add(path.slice(0, slash));
      yield { path: path.slice(0, slash), kind: "folder" };
    }
  }
}
