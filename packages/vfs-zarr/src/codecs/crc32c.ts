// For eight bytes at a time ("slicing by 8": Kounavis and Berry, 2005).
const tables = new Uint32Array(8 * 256);
for (let n = 0; n < tables.length; n += 1) {
  let c = n;
  if (n < 256) for (let k = 0; k < 8; k += 1) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  else c = (at(n - 256) >>> 8) ^ at(at(n - 256) & 255);
  tables[n] = c;
}

/** The checksum CRC-32C (Castagnoli, RFC 3720), which Zarr's codec `crc32c` appends to a chunk. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let i = 0;
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

function at(n: number): number {
  return tables[n] as number;
}
