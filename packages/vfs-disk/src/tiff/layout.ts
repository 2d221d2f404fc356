import { tags } from "./tags.ts";

/** One field to write: tag, field type and values; text is given as its bytes with the NUL. */
export interface FieldToWrite {
  readonly tag: number;
  readonly type: "ASCII" | "SHORT" | "LONG" | "RATIONAL" | "OFFSET";
  readonly values: readonly number[] | Uint8Array;
}

/** The head of a TIFF: header and all directories, and the bytes to leave before each page's pixels. */
export interface TiffLayout {
  readonly head: Uint8Array;
  /** Where the pixels of each page begin. */
  readonly offsets: readonly number[];
}

// Pixels begin at a multiple of this, so that a mapped file can be used as a typed array.
const alignment = 64;
const mostClassic = 0xffffffff;

/**
 * Lays out a TIFF with all directories before all pixels, little-endian: classic, or BigTIFF where 32 bits do not reach
 * or `big` asks for it. `fields` are those of a page besides the place and length of its one strip; `lengths` are bytes.
 */
export function layOutTiff(
  pages: readonly (readonly FieldToWrite[])[],
  lengths: readonly number[],
  big: boolean,
): TiffLayout {
  const widths = big ? { entry: 20, count: 8, pointer: 8 } : { entry: 12, count: 2, pointer: 4 };
  const placed = pages.map((fields, page) =>
    [
      ...fields,
      { tag: tags.stripOffsets, type: "OFFSET", values: [0] } as const,
      { tag: tags.stripByteCounts, type: "OFFSET", values: [lengths[page] ?? 0] } as const,
    ].sort((a, b) => a.tag - b.tag),
  );
  const directoryBytes = (fields: readonly FieldToWrite[]) =>
    widths.count + fields.length * widths.entry + widths.pointer;
  const outsideBytes = (field: FieldToWrite) => {
    const bytes = valueBytes(field, big);
    return bytes > widths.pointer ? even(bytes) : 0;
  };
  const sizes = placed.map((fields) =>
    fields.reduce((sum, field) => sum + outsideBytes(field), even(directoryBytes(fields))),
  );
  const start = big ? 16 : 8;
  const headBytes = align(sizes.reduce((sum, size) => sum + size, start));
  const offsets: number[] = [];
  let end = headBytes;
  for (const length of lengths) {
    offsets.push(end);
    end = even(end + length);
  }
  if (!big && end > mostClassic) return layOutTiff(pages, lengths, true);

  const head = new Uint8Array(headBytes);
  const view = new DataView(head.buffer);
  view.setUint16(0, 0x4949);
  view.setUint16(2, big ? 43 : 42, true);
  if (big) view.setUint16(4, 8, true);
  writeWide(view, big ? 8 : 4, start, big);
  let at = start;
  for (const [page, fields] of placed.entries()) {
    const next = at + (sizes[page] ?? 0);
    let outside = at + even(directoryBytes(fields));
    writeCount(view, at, fields.length, big);
    let entry = at + widths.count;
    for (const field of fields) {
      const values = field.tag === tags.stripOffsets ? [offsets[page] ?? 0] : field.values;
      const bytes = valueBytes(field, big);
      view.setUint16(entry, field.tag, true);
      view.setUint16(entry + 2, typeCode(field.type, big), true);
      writeWide(view, entry + 4, field.type === "RATIONAL" ? values.length / 2 : values.length, big);
      const inside = entry + (big ? 12 : 8);
      if (bytes > widths.pointer) {
        writeWide(view, inside, outside, big);
        writeValues(view, outside, { ...field, values }, big);
        outside += even(bytes);
      } else {
        writeValues(view, inside, { ...field, values }, big);
      }
      entry += widths.entry;
    }
    writeWide(view, entry, page + 1 < placed.length ? next : 0, big);
    at = next;
  }
  return { head, offsets };
}

function valueBytes({ type, values }: FieldToWrite, big: boolean): number {
  const size = type === "ASCII" ? 1 : type === "SHORT" ? 2 : type === "OFFSET" && big ? 8 : 4;
  return values.length * size;
}

function typeCode(type: FieldToWrite["type"], big: boolean): number {
  if (type === "OFFSET") return big ? 16 : 4;
  return { ASCII: 2, SHORT: 3, LONG: 4, RATIONAL: 5 }[type];
}

function writeValues(view: DataView, at: number, { type, values }: FieldToWrite, big: boolean): void {
  if (values instanceof Uint8Array) {
    new Uint8Array(view.buffer).set(values, at);
    return;
  }
  for (const [index, value] of values.entries()) {
    if (type === "SHORT") view.setUint16(at + 2 * index, value, true);
    else if (type === "OFFSET" && big) view.setBigUint64(at + 8 * index, BigInt(value), true);
    else view.setUint32(at + 4 * index, value, true);
  }
}

function writeCount(view: DataView, at: number, count: number, big: boolean): void {
  if (big) view.setBigUint64(at, BigInt(count), true);
  else view.setUint16(at, count, true);
}

function writeWide(view: DataView, at: number, value: number, big: boolean): void {
  if (big) view.setBigUint64(at, BigInt(value), true);
  else view.setUint32(at, value, true);
}

function even(size: number): number {
  return size + (size % 2);
}

function align(size: number): number {
  return Math.ceil(size / alignment) * alignment;
}
