/**
 * Undoes a TIFF predictor in place, row by row: 1 none, 2 horizontal differences of whole values
 * (little-endian, wrapping), 3 differences of float bytes sorted by significance (TIFF Technical Note 3).
 * `columns` counts pixels of a row, `size` bytes of a pixel.
 */
export function undoPredictor(predictor: 1 | 2 | 3, bytes: Uint8Array, columns: number, size: number): void {
  if (predictor === 2) addUp(bytes, columns, size);
  else if (predictor === 3) joinFloats(bytes, columns, size);
}

function addUp(bytes: Uint8Array, columns: number, size: number): void {
  const { buffer, byteOffset, length } = bytes;
  const values =
    size === 1
      ? bytes
      : size === 2
        ? new Uint16Array(buffer, byteOffset, length / 2)
        : size === 4
          ? new Uint32Array(buffer, byteOffset, length / 4)
          : undefined;
  if (values === undefined) {
    addUpWide(new BigUint64Array(buffer, byteOffset, length / 8), columns);
    return;
  }
  // A typed array wraps what is stored, but a sum kept beside it must be wrapped too: doubles are exact to 2^53 alone.
  for (let row = 0; row < values.length; row += columns) {
    let sum = 0;
    for (let at = row; at < row + columns; at += 1) {
      sum = (sum + (values[at] ?? 0)) | 0;
      values[at] = sum;
    }
  }
}

function addUpWide(values: BigUint64Array, columns: number): void {
  for (let row = 0; row < values.length; row += columns) {
    for (let at = row + 1; at < row + columns; at += 1) {
      values[at] = (values[at] ?? 0n) + (values[at - 1] ?? 0n);
    }
  }
}

function joinFloats(bytes: Uint8Array, columns: number, size: number): void {
  const rowBytes = columns * size;
  const row = new Uint8Array(rowBytes);
  for (let start = 0; start < bytes.length; start += rowBytes) {
    let sum = 0;
    for (let at = 0; at < rowBytes; at += 1) {
      sum = (sum + (bytes[start + at] ?? 0)) & 255;
      row[at] = sum;
    }
    for (let byte = 0; byte < size; byte += 1) {
      const place = start + size - 1 - byte;
      const from = byte * columns;
      for (let column = 0; column < columns; column += 1)
        bytes[place + column * size] = row[from + column] ?? 0;
    }
  }
}

/** The horizontal differences (predictor 2) of little-endian whole values, in a copy. */
export function takeDifferences(bytes: Uint8Array, columns: number, size: number): Uint8Array {
  const copy = bytes.slice();
  const values = size === 1 ? copy : size === 2 ? new Uint16Array(copy.buffer) : new Uint32Array(copy.buffer);
  for (let row = 0; row < values.length; row += columns) {
    for (let at = row + columns - 1; at > row; at -= 1)
      values[at] = (values[at] ?? 0) - (values[at - 1] ?? 0);
  }
  return copy;
}
