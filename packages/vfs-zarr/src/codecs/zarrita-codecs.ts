import { promisify } from "node:util";
import { crc32, gunzip, inflate } from "node:zlib";
import { type Awaitable, sizeOf } from "@platewright/core";
import { registry } from "zarrita";
import { decodeBlosc } from "./blosc.ts";
import { crc32c } from "./crc32c.ts";
import { decodeZstd } from "./zstd.ts";

/** Settings of our codecs: `size` is how many bytes must come out, where that is known. */
interface Settings {
  readonly size?: number;
  readonly endian?: "little" | "big";
}

interface BytesCodec {
  readonly kind: "bytes_to_bytes";
  encode(bytes: Uint8Array): never;
  decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  computeEncodedSize?(size: number): number;
}

/** What stands before the names of our codecs among zarrita's, so that its own stay as they are. */
export const ownPrefix = "platewright.";

// A chunk of unknown size, behind a further codec, may come to this at most.
const mostBytes = 2 ** 31 - 1;
const gunzipBytes = promisify(gunzip);
const inflateBytes = promisify(inflate);

const decoders: Readonly<
  Record<string, (bytes: Uint8Array, settings: Settings) => Uint8Array | Promise<Uint8Array>>
> = {
  blosc: (bytes, { size }) => decodeBlosc(bytes, size),
  zstd: (bytes, { size }) => decodeZstd(bytes, size),
  gzip: (bytes, { size }) => gunzipBytes(bytes, limitOf(size)),
  zlib: (bytes, { size }) => inflateBytes(bytes, limitOf(size)),
  crc32c: (bytes) => checked(bytes, bytes.subarray(0, -4), bytes.length - 4, crc32c),
  // numcodecs keeps this one in front.
  crc32: (bytes) => checked(bytes, bytes.subarray(4), 0, crc32),
};

/** Names of the codecs that are ours: those of zarrita lack a check, or a way to encode. */
export const ownCodecs: ReadonlySet<string> = new Set(Object.keys(decoders));

interface Meta {
  readonly dataType: string;
  readonly shape: readonly number[];
}

interface CodecClass<C> {
  fromConfig(settings: Settings | undefined, meta: Meta): C;
}

/** Makes our codecs known to zarrita, each under a name of ours. Once, and not when this file is imported. */
export function installCodecs(): void {
  if (registry.has(`${ownPrefix}bytes`)) return;
  const entries = registry as unknown as Map<string, () => Awaitable<CodecClass<unknown>>>;
  for (const [name, decode] of Object.entries(decoders)) {
    const make = (settings: Settings): BytesCodec => ({
      kind: "bytes_to_bytes",
      encode: refuseEncoding,
      decode: (bytes) => decode(bytes, settings),
      ...(name === "crc32c" ? { computeEncodedSize: (size: number) => size + 4 } : {}),
    });
    entries.set(ownPrefix + name, () => ({ fromConfig: (settings) => make(settings ?? {}) }));
  }
  const { fromConfig } = (entries.get("bytes") as () => CodecClass<ArrayCodec>)();
  entries.set(`${ownPrefix}bytes`, () => ({
    fromConfig: (settings, meta) => checkedBytes(fromConfig({ endian: "little" }, meta), settings, meta),
  }));
}

interface ArrayCodec {
  decode(bytes: Uint8Array): unknown;
  computeEncodedSize(size: number): number;
}

/** Zarr's codec `bytes`. Unlike zarrita's it refuses a chunk of the wrong length, and turns bytes round several times as fast. */
function checkedBytes(codec: ArrayCodec, settings: Settings | undefined, { dataType, shape }: Meta): unknown {
  const itemSize = Number(/\d+$/.exec(dataType)?.[0]) / 8;
  const length = sizeOf(shape) * itemSize;
  return {
    kind: "array_to_bytes",
    encode: refuseEncoding,
    computeEncodedSize: codec.computeEncodedSize,
    decode(bytes: Uint8Array) {
      if (bytes.length !== length) throw new Error(`it holds ${bytes.length} bytes where ${length} belong`);
      return codec.decode(settings?.endian === "big" ? turned(bytes, itemSize) : bytes);
    },
  };
}

/** The bytes of each value turned round, in a copy. */
function turned(bytes: Uint8Array, size: number): Uint8Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  return size === 2 ? copy.swap16() : size === 4 ? copy.swap32() : size === 8 ? copy.swap64() : copy;
}

/** One piece of output where its size is known: putting many together takes longer than inflating. */
function limitOf(size: number | undefined): {
  readonly maxOutputLength: number;
  readonly chunkSize?: number;
} {
  if (size === undefined) return { maxOutputLength: mostBytes };
  return { maxOutputLength: Math.max(1, size + 1), chunkSize: Math.max(1024, size + 1) };
}

function checked(
  bytes: Uint8Array,
  content: Uint8Array,
  at: number,
  sum: (bytes: Uint8Array) => number,
): Uint8Array {
  if (bytes.length < 4) throw new Error(`it holds ${bytes.length} bytes, too few for its checksum`);
  const expected = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
  if (sum(content) !== expected) throw new Error("it does not fit its checksum");
  return content;
}

function refuseEncoding(): never {
  throw new Error("This codec only decodes; chunks are encoded by encodeChunk.");
}
