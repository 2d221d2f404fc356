// Machines on which Node runs plates store the lowest byte of a number first; so do most files.

/** Turns the bytes of each value round, in place: `size` bytes a value (1, 2, 4 or 8). */
export function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}
