import * as zlib from "node:zlib";

const table = crcTable(0xedb88320);
const native = (zlib as { readonly crc32?: (bytes: Uint8Array, before?: number) => number }).crc32;

/**
 * The checksum CRC-32 (IEEE 802.3, as in zip and PNG) of bytes, or of those of which `before` is the checksum and these.
 * Node before 20.15 has none of its own.
 */
export const crc32: (bytes: Uint8Array, before?: number) => number = native
  ? (bytes, before = 0) => native(bytes, before)
  : (bytes, before = 0) => slicedCrc(table, bytes, before);

const castagnoli = crcTable(0x82f63b78);

/** The checksum CRC-32C (Castagnoli, RFC 3720), which Zarr's codec `crc32c` appends to a chunk. */
export function crc32c(bytes: Uint8Array): number {
  return slicedCrc(castagnoli, bytes);
}

/** Tables for eight bytes at a time ("slicing by 8": Kounavis and Berry, 2005). */
function crcTable(polynomial: number): Uint32Array {
  const made = new Uint32Array(8 * 256);
  for (let n = 0; n < 256; n += 1) {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    made[n] = c;
  }
  for (let n = 256; n < made.length; n += 1) {
    const before = made[n - 256] ?? 0;
    made[n] = (before >>> 8) ^ (made[before & 255] ?? 0);
  }
  return made;
}

function slicedCrc(t: Uint32Array, bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let i = 0;
  const at = (n: number): number => t[n] as number;
  for (; i + 8 <= bytes.length; i += 8) {
    crc ^=
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    crc =
      at(1792 + (crc & 255)) ^
      at(1536 + ((crc >>> 8) & 255)) ^
      at(1280 + ((crc >>> 16) & 255)) ^
      at(1024 + (crc >>> 24)) ^
      at(768 + (bytes[i + 4] as number)) ^
      at(512 + (bytes[i + 5] as number)) ^
      at(256 + (bytes[i + 6] as number)) ^
      at(bytes[i + 7] as number);
  }
  for (; i < bytes.length; i += 1) crc = (crc >>> 8) ^ at((crc ^ (bytes[i] as number)) & 255);
  return (crc ^ -1) >>> 0;
}
