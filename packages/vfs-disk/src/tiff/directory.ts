import { damagedError, formatError, truncatedError } from "../format-error.ts";
import { fieldTypes, readUint64 } from "./field-types.ts";
import { type Reading, readBytes, type TiffSource } from "./reading.ts";
import { tags } from "./tags.ts";

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

/** An image file directory (IFD) of a file: its fields by tag, and where the next one lies (0: nowhere). */
export interface TiffDirectory {
  readonly source: TiffSource;
  readonly header: TiffHeader;
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
  const [countBytes, entryBytes, pointerBytes] = bigTiff ? [8, 20, 8] : [2, 12, 4];
  const what = "a page's directory";
  const pointerAt = (view: DataView, at: number): number =>
    bigTiff ? readUint64(view, at, littleEndian) : view.getUint32(at, littleEndian);
  const head = viewOver(yield* readBytes(source, position, countBytes, what));
  const count = bigTiff ? readUint64(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count === 0 || count > mostEntries) {
    throw damagedError(source.name, `the directory at byte ${position} claims ${count} entries`);
  }
  const length = count * entryBytes;
  const view = viewOver(yield* readBytes(source, position + countBytes, length, what));
  const fields = new Map<number, TiffField>();
  for (let at = 0; at < length; at += entryBytes) {
    const type = view.getUint16(at + 2, littleEndian);
    const bytes = fieldTypes[type]?.bytes;
    if (bytes === undefined) continue;
    const values = pointerAt(view, at + 4);
    const valueAt = at + 4 + pointerBytes;
    const within = values * bytes <= pointerBytes;
    const place = within ? position + countBytes + valueAt : pointerAt(view, valueAt);
    fields.set(view.getUint16(at, littleEndian), { type, count: values, position: place });
  }
  const nextAt = position + countBytes + length;
  // Some writers end the file with the last entry and leave the pointer to the next directory out.
  if (nextAt + pointerBytes > source.size) return { source, header, fields, next: 0 };
  const tail = viewOver(yield* readBytes(source, nextAt, pointerBytes, what));
  return { source, header, fields, next: pointerAt(tail, 0) };
}

const what = "a field of a page";

/** The numbers of a field (rationals as their quotient), or `undefined` where the directory lacks it. */
export function* readNumbers(directory: TiffDirectory, tag: number): Reading<readonly number[] | undefined> {
  const field = directory.fields.get(tag);
  const type = field && fieldTypes[field.type];
  if (field === undefined || type === undefined) return undefined;
  const view = viewOver(yield* readField(directory, field, field.count * type.bytes));
  const numbers = new Array<number>(field.count);
  for (let index = 0; index < field.count; index += 1)
    numbers[index] = type.read(view, index * type.bytes, directory.header.littleEndian);
  return numbers;
}

/** The first number of a field, or `otherwise` where the directory lacks it. */
export function* readNumber(directory: TiffDirectory, tag: number, otherwise: number): Reading<number> {
  const field = directory.fields.get(tag);
  const type = field && fieldTypes[field.type];
  if (field === undefined || type === undefined || field.count === 0) return otherwise;
  const bytes = yield* readBytes(directory.source, field.position, type.bytes, what);
  return type.read(viewOver(bytes), 0, directory.header.littleEndian);
}

/**
 * The text of a field without the NULs at its end, read as UTF-8, at most the first `most` bytes of it; `undefined` where
 * the directory lacks it.
 */
export function* readText(
  directory: TiffDirectory,
  tag: number,
  most: number = Number.POSITIVE_INFINITY,
): Reading<string | undefined> {
  const field = directory.fields.get(tag);
  if (field === undefined || field.count === 0 || fieldTypes[field.type]?.bytes !== 1) return undefined;
  const bytes = yield* readField(directory, field, Math.min(field.count, most));
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes.slice() : bytes.slice(0, end));
}

/** Whether a directory describes a smaller copy or a mask of another page, and no page of its own. */
export function* isSidePage(directory: TiffDirectory): Reading<boolean> {
  const kind = yield* readNumber(directory, tags.newSubfileType, 0);
  return (kind & 0b101) !== 0;
}

function* readField({ source }: TiffDirectory, { position }: TiffField, length: number): Reading<Uint8Array> {
  if (length > source.size) throw truncatedError(source.name, what, position, position + length, source.size);
  return yield* readBytes(source, position, length, what);
}

function viewOver(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
