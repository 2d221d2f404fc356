import { isPlatewrightError, joinPath, messageOf, PlatewrightError } from "@platewright/core";
import { type AsyncReadable, Array as ZarritaArray } from "zarrita";
import type { ByteStore } from "../bytes/byte-store.ts";
import { type Checksums, checkSum } from "../checksums/checksums.ts";
import { decodeBloscInto } from "../codecs/blosc.ts";
import type { ZarrFormat } from "../codecs/encode-chunk.ts";
import { installCodecs, ownPrefix } from "../codecs/zarrita-codecs.ts";
import { decodeZstdInto } from "../codecs/zstd.ts";
import { formatError, notFoundError } from "../format-error.ts";
import { type ArrayFacts, readV2Metadata, readV3Metadata } from "./array-metadata.ts";
import { parseObject } from "./json.ts";

/** A store in which arrays are opened. */
export interface ArraySource {
  readonly store: ByteStore;
  readonly checksums: Checksums;
  /** Which format the last array had, so that the next is looked for in that first. */
  lastFormat: ZarrFormat;
}

/** A whole chunk, decoded. `strides` count values. */
export interface DecodedChunk {
  readonly data: ArrayLike<number> & ArrayBufferView;
  readonly strides: readonly number[];
}

/** An array that was opened: its metadata is read and valid. */
export interface OpenArray {
  readonly path: string;
  readonly facts: ArrayFacts;
  /** Shape of what is decoded at once: a chunk, or a chunk within a shard. */
  readonly chunkShape: readonly number[];
  /** How many chunks are best read at a time. */
  readonly readsAtOnce: number;
  /** Reads a chunk. Throws "format" where it is damaged, or missing though it was written; else a missing one is the fill value. */
  readChunk(position: readonly number[], signal: AbortSignal | undefined): Promise<DecodedChunk>;
  /**
   * Reads a chunk straight into `target`, as long as the chunk is. Answers whether it did; else `readChunk` reads it, or
   * says what is wrong with it. For plain chunks in C order, as they are or compressed by blosc or zstd.
   */
  readChunkInto(
    position: readonly number[],
    target: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<boolean>;
}

/** Opens the array at a path ("" is the root). Throws "not-found" where there is none, "format" where its metadata is invalid. */
export async function openArray(
  source: ArraySource,
  path: string,
  signal: AbortSignal | undefined,
): Promise<OpenArray> {
  installCodecs();
  const facts = await readFacts(source, path, signal);
  const array = new ZarritaArray(chunkStore(source, path, facts), "/", facts.metadata);
  return {
    path,
    facts,
    chunkShape: array.chunks,
    readsAtOnce: source.store.readsAtOnce,
    async readChunkInto(position, target, signal) {
      const way = straightWay(facts);
      if (!way) return false;
      const key = joinPath(path, chunkKeyOf(facts, position));
      if (way === "plain")
        return (
          source.store.readInto !== undefined &&
          (await source.checksums.readInto(key, target, signal, path)) === target.length
        );
      const bytes = await source.checksums.read(key, signal, path);
      return bytes !== undefined && (await way(bytes, target));
    },
    async readChunk(position, chunkSignal) {
      try {
        const { data, stride } = await array.getChunk(
          [...position],
          chunkSignal ? { signal: chunkSignal } : {},
        );
        return { data: data as unknown as DecodedChunk["data"], strides: stride };
      } catch (error) {
        if (isPlatewrightError(error) || chunkSignal?.aborted) throw error;
        const { cause = error } = error as { readonly cause?: unknown };
        throw formatError(
          path,
          `can't be decoded at chunk (${position.join(", ")}): ${messageOf(cause)}. Copy the array again from where it was made.`,
          error,
        );
      }
    },
  };
}

/** Decodes a chunk into an array as long as its content must be. Answers `false` where that is for `readChunk`, or fails. */
type DecodeInto = (bytes: Uint8Array, target: Uint8Array) => boolean | Promise<boolean>;

const straightDecoders: Readonly<Record<string, DecodeInto>> = {
  [`${ownPrefix}blosc`]: decodeBloscInto,
  [`${ownPrefix}zstd`]: async (bytes, target) =>
    await decodeZstdInto(bytes, target).then(
      () => true,
      () => false,
    ),
};

/** How a chunk is read where nothing but its bytes, or one codec around these, has to be. */
function straightWay({ metadata: { codecs } }: ArrayFacts): "plain" | DecodeInto | undefined {
  const [bytes, packed, ...more] = codecs;
  if (bytes?.name !== `${ownPrefix}bytes` || bytes.configuration.endian === "big" || more.length > 0)
    return undefined;
  return packed ? straightDecoders[packed.name] : "plain";
}

function chunkKeyOf({ metadata }: ArrayFacts, position: readonly number[]): string {
  const { name, configuration } = metadata.chunk_key_encoding;
  const separator = configuration?.separator ?? "/";
  return (name === "v2" ? position : ["c", ...position]).join(separator);
}

async function readFacts(
  source: ArraySource,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ArrayFacts> {
  const formats: readonly ZarrFormat[] = source.lastFormat === 2 ? [2, 3] : [3, 2];
  for (const format of formats) {
    const key = joinPath(path, format === 2 ? ".zarray" : "zarr.json");
    const bytes = await source.checksums.read(key, signal, path);
    if (!bytes) continue;
    const document = parseObject(key, bytes);
    const facts =
      format === 3
        ? readV3Metadata(key, document)
        : readV2Metadata(key, document, await readAttributes(source, path, signal));
    source.lastFormat = format;
    return facts;
  }
  throw notAnArray(path, source.store.location);
}

/** Attributes of our own arrays only: others' say nothing that is used here, and each costs a request. */
async function readAttributes(source: ArraySource, path: string, signal: AbortSignal | undefined) {
  const key = joinPath(path, ".zattrs");
  if (!(await source.checksums.sumOf(key, signal, path))) return {};
  const bytes = await source.checksums.read(key, signal, path);
  return bytes ? parseObject(key, bytes) : {};
}

/** What zarrita sees of the store: chunks of one array, each held against its checksum. */
function chunkStore({ store, checksums }: ArraySource, path: string, facts: ArrayFacts): AsyncReadable {
  const full = (key: string): string => joinPath(path, key.slice(1));
  return {
    async get(key, options) {
      const bytes = await checksums.read(full(key), options?.signal, path);
      if (!bytes && (await isOurs(checksums, path, facts, options?.signal))) throw neverWritten(full(key));
      return bytes;
    },
    async getRange(key, range, options) {
      const signal = options?.signal;
      const sum = await checksums.sumOf(full(key), signal, path);
      const asked =
        "suffixLength" in range && facts.indexAtStart ? { offset: 0, length: range.suffixLength } : range;
      const bytes = await store.getRange(full(key), asked, signal);
      if (sum) checkSum(full(key), await store.get(full(key), signal), sum);
      return bytes;
    },
  };
}

/** Of what we write, every chunk is there that was asked to be written: a missing one has no pixels, not even zeros. */
async function isOurs(
  checksums: Checksums,
  path: string,
  { format }: ArrayFacts,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const document = joinPath(path, format === 2 ? ".zarray" : "zarr.json");
  return (await checksums.sumOf(document, signal, path)) !== undefined;
}

function neverWritten(path: string): PlatewrightError {
  return new PlatewrightError(
    "not-found",
    `"${path}" was never written: its plane is missing from the plate. Leave it out, or run again what should write it.`,
    { path },
  );
}

function notAnArray(path: string, location: string): PlatewrightError {
  if (path !== "") return notFoundError(`${path}/.zarray`, location);
  return new PlatewrightError(
    "not-found",
    `${location} is no Zarr array: it has neither .zarray nor zarr.json. Name an array in it.`,
    { location },
  );
}
