import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { registry } from "zarrita";
import { decodeBlosc } from "./blosc.ts";
import { crc32, crc32c } from "./crc32.ts";
import { decodeZstd } from "./zstd.ts";

/** Settings of our codecs: `size` is how many bytes must come out, where that is known. */
interface Settings {
  readonly size?: number;
  readonly endian?: "little" | "big";
  readonly itemSize?: number;
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

/** Makes our codecs known to zarrita, each under a name of ours. Once, and not when this file is imported. */
export function installCodecs(): void {
  if (registry.has(`${ownPrefix}bytes`)) return;
  const entries = registry as unknown as Map<
    string,
    () => { fromConfig: (s: Settings, meta: Meta) => unknown }
  >;
  for (const [name, decode] of Object.entries(decoders)) {
    const make = (settings: Settings): BytesCodec => ({
      kind: "bytes_to_bytes",
      encode: refuseEncoding,
      decode: (bytes) => decode(bytes, settings),
      ...(name === "crc32c" ? { computeEncodedSize: (size: number) => size + 4 } : {}),
    });
    entries.set(ownPrefix + name, () => ({ fromConfig: (settings) => make(settings ?? {}) }));
  }
  entries.set(`${ownPrefix}bytes`, () => ({
    fromConfig: (settings, meta) => bytesCodec(settings ?? {}, meta),
  }));
}

interface Meta {
  readonly dataType: string;
  readonly shape: readonly number[];
}

const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
  uint64: BigUint64Array,
} as const;

/** Zarr's codec `bytes`: a chunk's values in C order. Unlike zarrita's it refuses a chunk of the wrong length. */
function bytesCodec({ endian = "little" }: Settings, { dataType, shape }: Meta): unknown {
  const Values = arrays[dataType as keyof typeof arrays];
  const itemSize = Values.BYTES_PER_ELEMENT;
  const count = shape.reduce((product, length) => product * length, 1);
  const stride = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  return {
    kind: "array_to_bytes",
    encode: refuseEncoding,
    computeEncodedSize: (size: number) => size,
    decode(bytes: Uint8Array) {
      if (bytes.length !== count * itemSize)
        throw new Error(`it holds ${bytes.length} bytes where ${count * itemSize} belong`);
      const aligned = bytes.byteOffset % itemSize === 0 && endian === "little" ? bytes : bytes.slice();
      if (endian === "big") swapBytes(aligned, itemSize);
      return {
        data: new Values(aligned.buffer as ArrayBuffer, aligned.byteOffset, count),
        shape: [...shape],
        stride,
      };
    },
  };
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
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
