import { crc32, deflateSync } from "node:zlib";
import { type HostArray, PlatewrightError } from "@platewright/core";
import { packBits, swapBytes } from "../bytes.ts";

/** The first 8 bytes of every PNG. */
export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

// Microscope images are noise below their signal: higher levels cost several times the time for little.
const level = 3;

/**
 * Encodes [Y, X] of bool (as 1 bit), uint8 or uint16 as a grey PNG, rows unfiltered. Throws "dtype" or "array" for all
 * else. node:zlib, for the encoder of fast-png is several times slower.
 */
export function encodePng({ shape, dtype, data }: HostArray): Uint8Array {
  const [height, width] = shape;
  if (shape.length !== 2 || height === undefined || width === undefined || data.length === 0) {
    throw new PlatewrightError(
      "array",
      `A PNG holds [Y, X] with at least one pixel, not (${shape.join(", ")}).`,
      { shape },
    );
  }
  if (dtype !== "bool" && dtype !== "uint8" && dtype !== "uint16") {
    throw new PlatewrightError(
      "dtype",
      `A PNG holds bool, uint8 or uint16, not ${dtype}. Convert the image, or write a TIFF.`,
    );
  }
  const depth = { bool: 1, uint8: 8, uint16: 16 }[dtype];
  const rowBytes = Math.ceil((width * depth) / 8);
  const values = dtype === "bool" ? packBits(data, width, height) : bigEndianBytes(data, depth / 8);
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(values.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1);
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, depth);
  return Buffer.concat([
    Uint8Array.from(pngSignature),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(rows, { level })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, content.length + 8)), content.length + 8);
  return bytes;
}

function bigEndianBytes(data: HostArray["data"], size: number): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (size === 1) return bytes;
  const copy = bytes.slice();
  swapBytes(copy, size);
  return copy;
}
