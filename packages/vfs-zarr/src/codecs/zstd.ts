import { promisify } from "node:util";
import * as zlib from "node:zlib";

interface ZstdCodec {
  encode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

let loading: Promise<ZstdCodec> | undefined;

/** Level at which zstd frames are written: the fastest that still gains on noisy images. */
export const zstdLevel = 1;

async function load(): Promise<ZstdCodec> {
  loading ??= import("numcodecs/zstd").then(({ default: Zstd }) =>
    Zstd.fromConfig({ id: "zstd", level: zstdLevel }),
  );
  return await loading;
}

/** Bytes as one zstd frame (RFC 8878) that says how long its content is. */
export async function encodeZstd(bytes: Uint8Array): Promise<Uint8Array> {
  const { zstdCompress } = ownZstd;
  if (zstdCompress) {
    const params = { [compressionLevel]: zstdLevel };
    // One piece of output: putting many together costs more than compressing.
    const chunkSize = bytes.length + (bytes.length >> 8) + 1024;
    return await promisify(zstdCompress)(bytes, { params, pledgedSrcSize: bytes.length, chunkSize });
  }
  const codec = await load();
  return await codec.encode(bytes);
}

/** The content of a zstd frame; `size` bytes, where that is known. Throws where the frame is damaged or says otherwise. */
export async function decodeZstd(bytes: Uint8Array, size?: number): Promise<Uint8Array> {
  const said = contentSize(bytes);
  if (said !== undefined && said > (size ?? 2 ** 31 - 1))
    throw new Error(`it claims ${said} bytes where ${size ?? "at most 2 GiB"} belong`);
  const { zstdDecompress } = ownZstd;
  if (zstdDecompress) {
    const most = (size ?? 2 ** 31 - 2) + 1;
    return await promisify(zstdDecompress)(bytes, {
      maxOutputLength: most,
      chunkSize: pieceOf(said ?? size),
    });
  }
  const codec = await load();
  return await codec.decode(bytes);
}

/** Room for the whole output at once, where its size is known. */
function pieceOf(size: number | undefined): number {
  return Math.max(1024, (size ?? 2 ** 16) + 1);
}

type Transform = (
  bytes: Uint8Array,
  options: object,
  done: (error: Error | null, result: Uint8Array) => void,
) => void;

/** Node has zstd of its own from 22.15 on: several times as fast, and beside the main thread. */
const ownZstd = zlib as unknown as { readonly zstdCompress?: Transform; readonly zstdDecompress?: Transform };

/** ZSTD_c_compressionLevel of zstd.h. */
const compressionLevel = 100;

/** What a frame's header says of its content (RFC 8878, 3.1.1.1), `undefined` where it says nothing. */
function contentSize(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) throw new Error("it is no zstd frame");
  const descriptor = view.getUint8(4);
  const single = (descriptor >> 5) & 1;
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const length = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  if (length === 0) return undefined;
  if (bytes.length < at + length) throw new Error("it ends within its header");
  if (length === 1) return view.getUint8(at);
  if (length === 2) return view.getUint16(at, true) + 256;
  return length === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
