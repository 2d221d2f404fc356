import { promisify } from "node:util";
import { deflate, gzip } from "node:zlib";
import { bloscLevel, encodeBlosc } from "./blosc.ts";
import { encodeZstd, zstdLevel } from "./zstd.ts";

const gzipBytes = promisify(gzip);
const deflateBytes = promisify(deflate);
const deflateLevel = 1;

/** How chunks are compressed: `"blosc-lz4"` with shuffle (default), `"zstd"`, `"gzip"`, `"zlib"` (Zarr v2 only) or `"none"`. */
export type Codec = "blosc-lz4" | "zstd" | "gzip" | "zlib" | "none";

/** All codecs that are written. */
export const codecs: readonly Codec[] = Object.freeze(["blosc-lz4", "zstd", "gzip", "zlib", "none"]);

/** Version of the Zarr format. */
export type ZarrFormat = 2 | 3;

/** The bytes of one whole chunk as they are stored. `bytes` holds its values, little-endian, in C order. */
export async function encodeChunk(bytes: Uint8Array, itemSize: number, codec: Codec): Promise<Uint8Array> {
  switch (codec) {
    case "blosc-lz4":
      return await encodeBlosc(bytes, itemSize);
    case "zstd":
      return await encodeZstd(bytes);
    case "gzip":
      return await gzipBytes(bytes, { level: deflateLevel });
    case "zlib":
      return await deflateBytes(bytes, { level: deflateLevel });
    case "none":
      return bytes;
    default:
      codec satisfies never;
      throw new Error(`There is no codec "${String(codec)}".`);
  }
}

/** The codec as `.zarray` names it. */
export function compressorOf(codec: Codec): object | null {
  switch (codec) {
    case "blosc-lz4":
      return { id: "blosc", cname: "lz4", clevel: bloscLevel, shuffle: 1, blocksize: 0 };
    case "zstd":
      return { id: "zstd", level: zstdLevel };
    case "gzip":
    case "zlib":
      return { id: codec, level: deflateLevel };
    default:
      return null;
  }
}

/** The chain of codecs as `zarr.json` names it. */
export function codecChain(codec: Codec, itemSize: number): readonly object[] {
  const bytes = { name: "bytes", ...(itemSize > 1 ? { configuration: { endian: "little" } } : {}) };
  switch (codec) {
    case "blosc-lz4":
      return [
        bytes,
        {
          name: "blosc",
          configuration: {
            typesize: itemSize,
            cname: "lz4",
            clevel: bloscLevel,
            shuffle: "shuffle",
            blocksize: 0,
          },
        },
      ];
    case "zstd":
      return [bytes, { name: "zstd", configuration: { level: zstdLevel, checksum: false } }];
    case "gzip":
      return [bytes, { name: "gzip", configuration: { level: deflateLevel } }];
    default:
      return [bytes];
  }
}
