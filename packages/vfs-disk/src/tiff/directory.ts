import { formatError, truncatedError } from "../format-error.ts";
import { type Reading, readBytes, type TiffSource } from "./reading.ts";
import { fieldTypeBytes, tags } from "./tags.ts";

/** How the numbers of a TIFF are laid down. */
export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  /** Where the first directory lies. */
  readonly first: number;
}

/** One field of a directory; the values lie at `position`, in the entry itself or elsewhere. */
export interface TiffField {
  readonly type: number;
  readonly count: number;
  readonly position: number;
}

/** An image file directory (IFD): its fields by tag, and where the next one lies (0: nowhere). */
export interface TiffDirectory {
  readonly fields: ReadonlyMap<number, TiffField>;
  readonly next: number;
}

/** Reads the first 8 or 16 bytes. Throws "format" for what is no TIFF. */
export function* readHeader(source: TiffSource): Reading<TiffHeader> {
  if (source.size < 8) {
    throw formatError(
      source.name,
      `is no TIFF: it has ${source.size} bytes. Copy the file again from where it was made.`,
    );
  }
  const start = viewOver(yield* readBytes(source, 0, Math.min(16, source.size), "the header"));
  const mark = start.getUint16(0);
  const littleEndian = mark === 0x4949;
  const version = start.getUint16(2, littleEndian);
  if ((littleEndian || mark === 0x4d4d) && version === 42) {
    return { littleEndian, bigTiff: false, first: start.getUint32(4, littleEndian) };
  }
  if ((littleEndian || mark === 0x4d4d) && version === 43 && source.size >= 16) {
    if (start.getUint16(4, littleEndian) === 8) {
      return { littleEndian, bigTiff: true, first: readUint64(start, 8, littleEndian) };
    }
  }
  throw formatError(
    source.name,
    'is no TIFF: it does not begin with "II" or "MM" and 42 or 43. Check the file\'s ending.',
  );
}

// As many as a classic TIFF can count; a BigTIFF that counts more is damaged.
const mostEntries = 65_535;

/** Reads the directory at a place. Entries of unknown field types are left out, as the standard asks. */
export function* readDirectory(
  source: TiffSource,
  header: TiffHeader,
  position: number,
): Reading<TiffDirectory> {
  const { littleEndian, bigTiff } = header;
  const countBytes = bigTiff ? 8 : 2;
  const entryBytes = bigTiff ? 20 : 12;
  const pointerBytes = bigTiff ? 8 : 4;
  const what = "a page's directory";
  const head = viewOver(yield* readBytes(source, position, countBytes, what));
  const count = bigTiff ? readUint64(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count === 0 || count > mostEntries) {
    throw formatError(
      source.name,
      `is damaged: the directory at byte ${position} claims ${count} entries. Copy the file again from where it was made.`,
    );
  }
  const length = count * entryBytes;
  const view = viewOver(yield* readBytes(source, position + countBytes, length, what));
  const fields = new Map<number, TiffField>();
  for (let at = 0; at < length; at += entryBytes) {
    const type = view.getUint16(at + 2, littleEndian);
    const size = fieldTypeBytes[type];
    if (size === undefined) continue;
    const values = bigTiff ? readUint64(view, at + 4, littleEndian) : view.getUint32(at + 4, littleEndian);
    const valueAt = at + (bigTiff ? 12 : 8);
    const within = values * size <= pointerBytes;
    const place = within
      ? position + countBytes + valueAt
      : bigTiff
        ? readUint64(view, valueAt, littleEndian)
        : view.getUint32(valueAt, littleEndian);
    fields.set(view.getUint16(at, littleEndian), { type, count: values, position: place });
  }
  const nextAt = position + countBytes + length;
  // Some writers end the file with the last entry and leave the pointer to the next directory out.
  if (nextAt + pointerBytes > source.size) return { fields, next: 0 };
  const tail = viewOver(yield* readBytes(source, nextAt, pointerBytes, what));
  return { fields, next: bigTiff ? readUint64(tail, 0, littleEndian) : tail.getUint32(0, littleEndian) };
}

/** The numbers of a field (rationals as their quotient), or `undefined` where the directory lacks it. */
export function* readNumbers(
  source: TiffSource,
  header: TiffHeader,
  directory: TiffDirectory,
  tag: number,
): Reading<readonly number[] | undefined> {
  const field = directory.fields.get(tag);
  const size = field && fieldTypeBytes[field.type];
  if (field === undefined || size === undefined) return undefined;
  const view = viewOver(yield* readField(source, field, size));
  const numbers = new Array<number>(field.count);
  for (let index = 0; index < field.count; index += 1) {
    numbers[index] = numberAt(view, index * size, field.type, header.littleEndian);
  }
  return numbers;
}

/** The first number of a field, or `otherwise` where the directory lacks it. */
export function* readNumber(
  source: TiffSource,
  header: TiffHeader,
  directory: TiffDirectory,
  tag: number,
  otherwise: number,
): Reading<number> {
  const field = directory.fields.get(tag);
  const size = field && fieldTypeBytes[field.type];
  if (field === undefined || size === undefined || field.count === 0) return otherwise;
  const view = viewOver(yield* readBytes(source, field.position, size, "a field of a page"));
  return numberAt(view, 0, field.type, header.littleEndian);
}

/**
 * The text of a field without the NULs at its end, read as UTF-8, at most the first `most` bytes of it; `undefined` where
 * the directory lacks it.
 */
export function* readText(
  source: TiffSource,
  directory: TiffDirectory,
  tag: number,
  most: number = Number.POSITIVE_INFINITY,
): Reading<string | undefined> {
  const field = directory.fields.get(tag);
  if (field === undefined || field.count === 0 || fieldTypeBytes[field.type] !== 1) return undefined;
  const bytes = yield* readField(source, { ...field, count: Math.min(field.count, most) }, 1);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes.slice() : bytes.slice(0, end));
}

/** Whether a directory describes a smaller copy or a mask of another page, and no page of its own. */
export function* isSidePage(
  source: TiffSource,
  header: TiffHeader,
  directory: TiffDirectory,
): Reading<boolean> {
  const kind = yield* readNumber(source, header, directory, tags.newSubfileType, 0);
  return (kind & 0b101) !== 0;
}

function* readField(source: TiffSource, field: TiffField, size: number): Reading<Uint8Array> {
  const length = field.count * size;
  if (length > source.size) {
    throw truncatedError(
      source.name,
      "a field of a page",
      field.position,
      field.position + length,
      source.size,
    );
  }
  return yield* readBytes(source, field.position, length, "a field of a page");
}

function numberAt(view: DataView, at: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return view.getUint32(at, littleEndian);
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 16:
    case 17:
    case 18:
      return readUint64(view, at, littleEndian);
    default:
      return view.getUint8(at);
  }
}

// Sizes past 2^53 lose their last digits here, which no file reaches: the check against the file's size still holds.
function readUint64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}

function viewOver(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
