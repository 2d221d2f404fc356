import { bloscModule } from "./blosc-module.ts";

// The container of c-blosc 1 (README_CHUNK_FORMAT.rst): a header of 16 bytes, where each block begins, the blocks. A
// block is shuffled, then cut into one stream for each byte of an item; a stream is an LZ4 block, or bytes as they are.

/** The compression level that is written, of 1 to 9: what Python's numcodecs writes by default. */
export const bloscLevel = 5;

// How many places the search for repetitions passes over, as c-blosc sets it at this level.
const acceleration = 5;
const headerLength = 16;
const formatVersion = 2;
const lz4 = 1;
const flagShuffle = 1;
const flagCopied = 2;
const flagBitShuffle = 4;
const flagUnsplit = 16;
const tableBytes = 16384;
// Sizes by which c-blosc chooses, so that other readers meet what they know.
const blockBytes = 131072;
const leastStream = 128;
const mostSplit = 16;
const leastBuffer = 128;

/** Bytes as one blosc chunk: LZ4 behind a shuffle of items of `itemSize` bytes. What does not shrink is kept as it is. */
export function encodeBlosc(bytes: Uint8Array, itemSize: number): Uint8Array {
  const length = bytes.length;
  const blockSize = blockSizeOf(length, itemSize);
  const most = headerLength + length;
  const stored = length < leastBuffer ? undefined : compressBlocks(bytes, itemSize, blockSize);
  const encoded = stored ?? new Uint8Array(most);
  if (!stored) encoded.set(bytes, headerLength);
  const flags = (itemSize > 1 ? flagShuffle : 0) | (stored ? 0 : flagCopied) | (lz4 << 5);
  encoded.set([formatVersion, 1, flags, itemSize]);
  const view = new DataView(encoded.buffer, encoded.byteOffset);
  view.setUint32(4, length, true);
  view.setUint32(8, blockSize, true);
  view.setUint32(12, encoded.length, true);
  return encoded;
}

/** The chunk without its header's content, `undefined` where it would not be shorter than its content. */
function compressBlocks(bytes: Uint8Array, itemSize: number, blockSize: number): Uint8Array | undefined {
  const length = bytes.length;
  const blocks = Math.ceil(length / blockSize);
  const room = align(blockSize);
  const module = bloscModule(2 * room + tableBytes + headerLength + length);
  // Plain and shuffled: one block of each, which stays in the processor's cache. Then the chunk.
  const plain = module.memoryBegin();
  const shuffled = itemSize > 1 ? plain + room : plain;
  const table = plain + 2 * room;
  const chunk = table + tableBytes;
  const end = chunk + headerLength + length;
  const memory = new Uint8Array(module.memory.buffer);
  const view = new DataView(module.memory.buffer);
  let out = chunk + headerLength + 4 * blocks;
  for (let block = 0; block < blocks; block += 1) {
    const from = block * blockSize;
    const size = Math.min(blockSize, length - from);
    if (out >= end) return undefined;
    view.setUint32(chunk + headerLength + 4 * block, out - chunk, true);
    memory.set(bytes.subarray(from, from + size), plain);
    if (itemSize > 1) module.shuffle(plain, shuffled, size, itemSize);
    const streams = streamsOf(size, blockSize, itemSize, false);
    const streamSize = size / streams;
    for (let stream = 0; stream < streams; stream += 1) {
      const start = shuffled + stream * streamSize;
      const space = end - out - 4;
      if (space <= 0) return undefined;
      const packed = module.compress(
        start,
        streamSize,
        out + 4,
        Math.min(streamSize - 1, space),
        table,
        acceleration,
      );
      // A stream that does not shrink is kept as it is.
      if (packed === 0 && space < streamSize) return undefined;
      if (packed === 0) memory.copyWithin(out + 4, start, start + streamSize);
      const stored = packed || streamSize;
      view.setUint32(out, stored, true);
      out += 4 + stored;
    }
  }
  return out < end ? memory.slice(chunk, out) : undefined;
}

/**
 * The content of a blosc chunk; `size` bytes, where that is known. LZ4 with and without shuffle is decoded here, which is
 * several times as fast; other compressors by numcodecs. Throws where the chunk is damaged or says otherwise.
 */
export async function decodeBlosc(bytes: Uint8Array, size?: number): Promise<Uint8Array> {
  const header = readHeader(bytes, size);
  if (header.copied) return bytes.slice(headerLength);
  if (!header.isOurs) return await decodeElsewhere(bytes, header.length);
  const content = new Uint8Array(header.length);
  decodeLz4(bytes, header, content);
  return content;
}

/** Decodes a blosc chunk into `target`, which is as long as its content must be. Answers `false` for what `decodeBlosc` leaves to numcodecs, or where the chunk is damaged. */
export function decodeBloscInto(bytes: Uint8Array, target: Uint8Array): boolean {
  try {
    const header = readHeader(bytes, target.length);
    if (header.copied) target.set(bytes.subarray(headerLength));
    else if (header.isOurs) decodeLz4(bytes, header, target);
    return header.copied || header.isOurs;
  } catch {
    return false;
  }
}

interface Header {
  readonly flags: number;
  readonly itemSize: number;
  readonly length: number;
  readonly blockSize: number;
  /** Whether the content follows as it is. */
  readonly copied: boolean;
  /** Whether it is compressed in a way that is decoded here. */
  readonly isOurs: boolean;
}

function readHeader(bytes: Uint8Array, size: number | undefined): Header {
  if (bytes.length < headerLength) throw new Error("it ends within its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version, flags, itemSize] = [view.getUint8(0), view.getUint8(2), view.getUint8(3)];
  const [length, blockSize, stored] = [
    view.getUint32(4, true),
    view.getUint32(8, true),
    view.getUint32(12, true),
  ];
  if (stored !== bytes.length) throw new Error(`it holds ${bytes.length} bytes and claims ${stored}`);
  if (length !== (size ?? length) || length > 2 ** 31 - 1)
    throw new Error(`it claims ${length} bytes where ${size ?? "at most 2 GiB"} belong`);
  const copied = (flags & flagCopied) !== 0;
  const fits = copied
    ? stored === headerLength + length
    : length === 0 || (blockSize > 0 && blockSize <= length && itemSize > 0);
  if (!fits) throw new Error("its header contradicts itself");
  const isOurs = flags >> 5 === lz4 && (flags & flagBitShuffle) === 0 && version === formatVersion;
  return { flags, itemSize, length, blockSize, copied, isOurs };
}

function decodeLz4(
  bytes: Uint8Array,
  { flags, itemSize, length, blockSize }: Header,
  target: Uint8Array,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = length === 0 ? 0 : Math.ceil(length / blockSize);
  // Room for one block only, which stays in the processor's cache: packed, shuffled, plain.
  const room = align(blockSize);
  const module = bloscModule(3 * room);
  const packed = module.memoryBegin();
  const shuffled = packed + room;
  const plain = shuffled + room;
  const memory = new Uint8Array(module.memory.buffer);
  const isShuffled = (flags & flagShuffle) !== 0 && itemSize > 1;
  const damaged = (block: number) => new Error(`block ${block} of ${blocks} is damaged`);
  for (let block = 0; block < blocks; block += 1) {
    const place = headerLength + 4 * block;
    if (place + 4 > bytes.length) throw damaged(block);
    let at = view.getUint32(place, true);
    const start = block * blockSize;
    const size = Math.min(blockSize, length - start);
    const streams = streamsOf(size, blockSize, itemSize, (flags & flagUnsplit) !== 0);
    const streamSize = size / streams;
    for (let stream = 0; stream < streams; stream += 1) {
      if (at + 4 > bytes.length) throw damaged(block);
      const stored = view.getUint32(at, true);
      at += 4;
      if (stored > bytes.length - at || stored > streamSize) throw damaged(block);
      const to = shuffled + stream * streamSize;
      memory.set(bytes.subarray(at, at + stored), stored === streamSize ? to : packed);
      if (stored < streamSize && !module.decompress(packed, stored, to, streamSize)) throw damaged(block);
      at += stored;
    }
    if (isShuffled) module.unshuffle(shuffled, plain, size, itemSize);
    const from = isShuffled ? plain : shuffled;
    target.set(memory.subarray(from, from + size), start);
  }
}

async function decodeElsewhere(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const { default: Blosc } = await import("numcodecs/blosc");
  const content = await Blosc.fromConfig({ id: "blosc" }).decode(bytes);
  if (content.length !== length) throw new Error(`it gave ${content.length} of ${length} bytes`);
  return content;
}

function blockSizeOf(length: number, itemSize: number): number {
  const largest = Math.min(length, blockBytes * itemSize);
  return largest > itemSize ? largest - (largest % itemSize) : largest;
}

/** A whole block of items of up to 16 bytes is split; a last, shorter one never. */
function streamsOf(size: number, blockSize: number, itemSize: number, unsplit: boolean): number {
  const splits =
    !unsplit && size === blockSize && itemSize <= mostSplit && blockSize / itemSize >= leastStream;
  return splits && size % itemSize === 0 ? itemSize : 1;
}

function align(bytes: number): number {
  return (bytes + 31) & ~31;
}
