import { formatError } from "../format-error.ts";
import type { ByteRange } from "./byte-store.ts";

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const full32 = 0xffffffff;

/**
 * Reads the directory at the end of a zip file (APPNOTE 6.3.9: 4.3.12, 4.3.14 to 4.3.16, ZIP64 too). `name` is for
 * messages. Throws "format" where there is none or it is damaged.
 */
export async function readZipDirectory(
  name: string,
  size: number,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<readonly ZipEntry[]> {
  const tail = await read({ suffixLength: Math.min(size, 65_557 + 20) });
  const { offset, length, count } = await findDirectory(name, tail, read);
  if (offset + length > size)
    throw formatError(
      name,
      `is truncated: its directory lies at bytes ${offset}–${offset + length} of ${size}. Copy it again.`,
    );
  const bytes = await read({ offset, length });
  const entries = readEntries(name, bytes);
  if (entries.length !== count)
    throw formatError(name, `promises ${count} files and lists ${entries.length}. Copy it again.`);
  return entries.filter((entry) => !entry.name.endsWith("/"));
}

async function findDirectory(
  name: string,
  tail: Uint8Array,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<{ readonly offset: number; readonly length: number; readonly count: number }> {
  const view = viewOf(tail);
  let at = tail.length - 22;
  while (at >= 0 && view.getUint32(at, true) !== endSignature) at -= 1;
  if (at < 0) throw formatError(name, "is no zip file, or its end is missing. Copy it again.");
  const count = view.getUint16(at + 10, true);
  const length = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  if (count !== 0xffff && length !== full32 && offset !== full32) return { offset, length, count };
  if (at < 20) throw formatError(name, "lacks the record of its 64-bit directory. Copy it again.");
  const record = viewOf(await read({ offset: Number(view.getBigUint64(at - 12, true)), length: 56 }));
  if (record.byteLength < 56 || record.getUint32(0, true) !== end64Signature)
    throw formatError(name, "has a damaged 64-bit directory. Copy it again.");
  return {
    count: Number(record.getBigUint64(32, true)),
    length: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}

function readEntries(name: string, bytes: Uint8Array): readonly ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= bytes.length && view.getUint32(at, true) === entrySignature) {
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) break;
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if ((view.getUint16(at + 8, true) & 1) === 1)
      throw formatError(name, `holds "${path}" encrypted, which is not read. Zip it without a password.`);
    const extra = viewOf(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    const sizes = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    const [size = 0, packedSize = 0, offset = 0] = widen(sizes, extra);
    entries.push({
      name: path,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      size,
      packedSize,
      offset,
    });
    at = next;
  }
  return entries;
}

/** Numbers that do not fit 32 bits stand, in this order, in the extra field 1. */
function widen(sizes: readonly number[], extra: DataView): readonly number[] {
  if (!sizes.includes(full32)) return sizes;
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    return sizes.map((size) => {
      if (size !== full32 || from + 8 > extra.byteLength) return size;
      from += 8;
      return Number(extra.getBigUint64(from - 8, true));
    });
  }
  return sizes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
