import { promisify } from "node:util";
import { deflate, gzip } from "node:zlib";
import type { Awaitable } from "@platewright/core";
import { bloscLevel, encodeBlosc } from "./blosc.ts";
import { encodeZstd, zstdLevel } from "./zstd.ts";

/** How chunks are compressed: `"blosc-lz4"` with shuffle (default), `"zstd"`, `"gzip"`, `"zlib"` (Zarr v2 only) or `"none"`. */
export type Codec = "blosc-lz4" | "zstd" | "gzip" | "zlib" | "none";

/** Version of the Zarr format. */
export type ZarrFormat = 2 | 3;

interface Compressor {
  encode(bytes: Uint8Array, itemSize: number): Awaitable<Uint8Array>;
  /** As `.zarray` names it. */
  readonly v2: object | null;
  /** What `zarr.json` names after the bytes. */
  v3(itemSize: number): readonly object[];
}

const gzipBytes = promisify(gzip);
const deflateBytes = promisify(deflate);
const level = 1;

const compressors: { readonly [C in Codec]: Compressor } = {
  "blosc-lz4": {
    encode: encodeBlosc,
    v2: { id: "blosc", cname: "lz4", clevel: bloscLevel, shuffle: 1, blocksize: 0 },
    v3: (typesize) => [
      {
        name: "blosc",
        configuration: { typesize, cname: "lz4", clevel: bloscLevel, shuffle: "shuffle", blocksize: 0 },
      },
    ],
  },
  zstd: {
    encode: encodeZstd,
    v2: { id: "zstd", level: zstdLevel },
    v3: () => [{ name: "zstd", configuration: { level: zstdLevel, checksum: false } }],
  },
  gzip: {
    encode: (bytes) => gzipBytes(bytes, { level }),
    v2: { id: "gzip", level },
    v3: () => [{ name: "gzip", configuration: { level } }],
  },
  zlib: { encode: (bytes) => deflateBytes(bytes, { level }), v2: { id: "zlib", level }, v3: () => [] },
  none: { encode: (bytes) => bytes, v2: null, v3: () => [] },
};

/** All codecs that are written. */
export const codecs: readonly Codec[] = Object.freeze(Object.keys(compressors) as Codec[]);

/** The bytes of one whole chunk as they are stored. `bytes` holds its values, little-endian, in C order. */
export async function encodeChunk(bytes: Uint8Array, itemSize: number, codec: Codec): Promise<Uint8Array> {
  return await compressors[codec].encode(bytes, itemSize);
}

/** The codec as `.zarray` names it. */
export function compressorOf(codec: Codec): object | null {
  return compressors[codec].v2;
}

/** The chain of codecs as `zarr.json` names it. */
export function codecChain(codec: Codec, itemSize: number): readonly object[] {
  const bytes = { name: "bytes", ...(itemSize > 1 ? { configuration: { endian: "little" } } : {}) };
  return [bytes, ...compressors[codec].v3(itemSize)];
}
