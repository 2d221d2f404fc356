/** How a value of a TIFF field is stored. */
interface FieldType {
  readonly bytes: number;
  /** The value at a place; a rational is its quotient. */
  read(view: DataView, at: number, littleEndian: boolean): number;
}

const uint8: FieldType = { bytes: 1, read: (view, at) => view.getUint8(at) };
const uint32: FieldType = { bytes: 4, read: (view, at, little) => view.getUint32(at, little) };
const uint64: FieldType = { bytes: 8, read: readUint64 };

/** The TIFF field types by their codes (TIFF 6.0, section 2; BigTIFF). */
export const fieldTypes: Readonly<Record<number, FieldType>> = {
  1: uint8, // BYTE
  2: uint8, // ASCII
  3: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) }, // SHORT
  4: uint32, // LONG
  5: { bytes: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) }, // RATIONAL
  6: { bytes: 1, read: (view, at) => view.getInt8(at) }, // SBYTE
  7: uint8, // UNDEFINED
  8: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) }, // SSHORT
  9: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) }, // SLONG
  10: { bytes: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) }, // SRATIONAL
  11: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) }, // FLOAT
  12: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) }, // DOUBLE
  13: uint32, // IFD
  16: uint64, // LONG8
  17: uint64, // SLONG8
  18: uint64, // IFD8
};

/** A whole number of 64 bits. Past 2^53 it loses its last digits, which no file reaches: checks against the file's size still hold. */
export function readUint64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}
