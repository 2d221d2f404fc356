import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { withBytes, zstdModule } from "./zstd-module.ts";

/** Level at which zstd frames are written: the fastest that still gains on noisy images. */
export const zstdLevel = 1;

/** Bytes as one zstd frame (RFC 8878) that says how long its content is. */
export async function encodeZstd(bytes: Uint8Array): Promise<Uint8Array> {
  const { zstdCompress } = ownZstd;
  if (zstdCompress) {
    const params = { [compressionLevel]: zstdLevel };
    // One piece of output: putting many together costs more than compressing.
    const chunkSize = bytes.length + (bytes.length >> 8) + 1024;
    return await promisify(zstdCompress)(bytes, { params, pledgedSrcSize: bytes.length, chunkSize });
  }
  const module = await zstdModule();
  const room = module._compressBound(bytes.length);
  return withBytes(module, bytes, room, (from, to) => {
    const length = module._compress(to, room, from, bytes.length, zstdLevel);
    if (length < 0) throw new Error("zstd could not compress it");
    return module.HEAPU8.slice(to, to + length);
  });
}

/** The content of a zstd frame; `size` bytes, where that is known. Throws where the frame is damaged or says otherwise. */
export async function decodeZstd(bytes: Uint8Array, size?: number): Promise<Uint8Array> {
  const said = saidSize(bytes, size);
  if (ownZstd.zstdDecompress) return await decodeNatively(bytes, said, size);
  const length = said ?? size;
  if (length === undefined) return await decodeOfUnknownSize(bytes);
  return await decodeInModule(bytes, length, (content) => content.slice());
}

/** Decodes a zstd frame into `target`, which is as long as its content must be. Throws as `decodeZstd`. */
export async function decodeZstdInto(bytes: Uint8Array, target: Uint8Array): Promise<void> {
  const said = saidSize(bytes, target.length);
  if (ownZstd.zstdDecompress) {
    const content = await decodeNatively(bytes, said, target.length);
    if (content.length !== target.length) throw gaveWrong(content.length, target.length);
    target.set(content);
  } else {
    await decodeInModule(bytes, target.length, (content) => target.set(content));
  }
}

async function decodeNatively(bytes: Uint8Array, said: number | undefined, size: number | undefined) {
  const options = { maxOutputLength: (size ?? mostBytes - 1) + 1, chunkSize: pieceOf(said ?? size) };
  return await promisify(ownZstd.zstdDecompress as Transform)(bytes, options);
}

/** `use` sees the content where it lies in the module's memory. */
async function decodeInModule<T>(
  bytes: Uint8Array,
  size: number,
  use: (content: Uint8Array) => T,
): Promise<T> {
  const module = await zstdModule();
  return withBytes(module, bytes, size, (from, to) => {
    const length = module._decompress(to, size, from, bytes.length);
    if (length < 0) throw new Error("its zstd frame is damaged");
    if (length !== size) throw gaveWrong(length, size);
    return use(module.HEAPU8.subarray(to, to + length));
  });
}

/** A frame behind another codec, which does not say how long its content is. */
async function decodeOfUnknownSize(bytes: Uint8Array): Promise<Uint8Array> {
  const { default: Zstd } = await import("numcodecs/zstd");
  return await Zstd.fromConfig({ id: "zstd" }).decode(bytes);
}

function gaveWrong(length: number, size: number): Error {
  return new Error(`it gave ${length} of ${size} bytes`);
}

const mostBytes = 2 ** 31 - 1;

function saidSize(bytes: Uint8Array, size: number | undefined): number | undefined {
  const said = contentSize(bytes);
  if (said !== undefined && said > (size ?? mostBytes))
    throw new Error(`it claims ${said} bytes where ${size ?? "at most 2 GiB"} belong`);
  return said;
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
