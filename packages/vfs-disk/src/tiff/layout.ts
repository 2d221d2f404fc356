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
  const pointer = big ? 8 : 4;
  const [countBytes, entryBytes] = big ? [8, 20] : [2, 12];
  const placed = pages.map((fields, page) =>
    [
      ...fields,
      { tag: tags.stripOffsets, type: "OFFSET", values: [0] } as const,
      { tag: tags.stripByteCounts, type: "OFFSET", values: [lengths[page] ?? 0] } as const,
    ].sort((a, b) => a.tag - b.tag),
  );
  const directoryBytes = (fields: readonly FieldToWrite[]) =>
    even(countBytes + fields.length * entryBytes + pointer);
  // Values that fit into the place of their pointer lie there.
  const outsideBytes = ({ type, values }: FieldToWrite) => {
    const bytes = values.length * valueBytes(type, pointer);
    return bytes > pointer ? even(bytes) : 0;
  };
  const sizes = placed.map((fields) =>
    fields.reduce((sum, field) => sum + outsideBytes(field), directoryBytes(fields)),
  );
  const start = big ? 16 : 8;
  const headBytes = Math.ceil(sizes.reduce((sum, size) => sum + size, start) / alignment) * alignment;
  const offsets: number[] = [];
  let end = headBytes;
  for (const length of lengths) {
    offsets.push(end);
    end = even(end + length);
  }
  if (!big && end > mostClassic) return layOutTiff(pages, lengths, true);

  const head = new Uint8Array(headBytes);
  const view = new DataView(head.buffer);
  writeNumber(view, 0, 0x4949, 2);
  writeNumber(view, 2, big ? 43 : 42, 2);
  if (big) writeNumber(view, 4, pointer, 2);
  writeNumber(view, start - pointer, start, pointer);
  let at = start;
  for (const [page, fields] of placed.entries()) {
    const next = at + (sizes[page] ?? 0);
    let outside = at + directoryBytes(fields);
    writeNumber(view, at, fields.length, countBytes);
    let entry = at + countBytes;
    for (const field of fields) {
      const { tag, type } = field;
      const values = tag === tags.stripOffsets ? [offsets[page] ?? 0] : field.values;
      const size = valueBytes(type, pointer);
      writeNumber(view, entry, tag, 2);
      writeNumber(view, entry + 2, type === "OFFSET" && big ? 16 : typeCodes[type], 2);
      writeNumber(view, entry + 4, type === "RATIONAL" ? values.length / 2 : values.length, pointer);
      const inside = entry + 4 + pointer;
      const bytes = outsideBytes(field);
      if (bytes > 0) writeNumber(view, inside, outside, pointer);
      const to = bytes > 0 ? outside : inside;
      if (values instanceof Uint8Array) head.set(values, to);
      else for (const [index, value] of values.entries()) writeNumber(view, to + index * size, value, size);
      outside += bytes;
      entry += entryBytes;
    }
    writeNumber(view, entry, page + 1 < placed.length ? next : 0, pointer);
    at = next;
  }
  return { head, offsets };
}

const typeCodes = { ASCII: 2, SHORT: 3, LONG: 4, RATIONAL: 5, OFFSET: 4 } as const;

/** Bytes of one number; a rational is two of them. */
function valueBytes(type: FieldToWrite["type"], pointer: number): number {
  return type === "OFFSET" ? pointer : { ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 4 }[type];
}

function writeNumber(view: DataView, at: number, value: number, bytes: number): void {
  if (bytes === 1) view.setUint8(at, value);
  else if (bytes === 2) view.setUint16(at, value, true);
  else if (bytes === 4) view.setUint32(at, value, true);
  else view.setBigUint64(at, BigInt(value), true);
}

function even(size: number): number {
  return size + (size % 2);
}
