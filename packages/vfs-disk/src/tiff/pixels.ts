import { swapBytes } from "../bytes.ts";
import { damagedError } from "../format-error.ts";
import { decodeLzw } from "./lzw.ts";
import { decodePackBits } from "./pack-bits.ts";
import { pieceRowBytes, pieceRows, type TiffPage } from "./page.ts";
import { undoPredictor } from "./predictor.ts";
import { type Reading, readBytes, type TiffSource } from "./reading.ts";

// Pieces that lie close together are read at once: up to this many bytes, over gaps of this many.
const batchBytes = 8 * 1024 * 1024;
const gapBytes = 65_536;
// Runs of uncompressed pieces shorter than this are cheaper to read together and copy.
const directBytes = 65_536;

/**
 * Reads the pixels of a page into `target`, the bytes of a typed array of exactly that many pixels (little-endian).
 * Uncompressed strips go straight from the file into the target.
 */
export function* readPixels(source: TiffSource, page: TiffPage, target: Uint8Array): Reading<void> {
  const runs = directRuns(page, target.length);
  if (runs === undefined) {
    yield* readPieces(source, page, target);
  } else {
    for (const { position, start, end } of runs) {
      const part = target.subarray(start, end);
      const { window } = source;
      if (position >= window.start && position + part.length <= window.start + window.bytes.length) {
        part.set(window.bytes.subarray(position - window.start, position - window.start + part.length));
      } else {
        yield { kind: "fill", position, target: part };
      }
    }
    if (!page.littleEndian) swapBytes(target, page.bits / 8);
  }
}

interface Run {
  readonly position: number;
  /** Bytes of the target. */
  readonly start: number;
  readonly end: number;
}

function directRuns(page: TiffPage, length: number): readonly Run[] | undefined {
  if (page.compression !== "none" || page.bits === 1 || page.pieceWidth !== page.width) return undefined;
  const pieceBytes = pieceRowBytes(page) * page.pieceHeight;
  const runs: Run[] = [];
  let position = page.offsets[0] ?? 0;
  let start = 0;
  for (let piece = 1; piece < page.offsets.length; piece += 1) {
    const offset = page.offsets[piece] ?? 0;
    const end = piece * pieceBytes;
    if (position + (end - start) === offset) continue;
    runs.push({ position, start, end });
    position = offset;
    start = end;
  }
  runs.push({ position, start, end: length });
  return runs.length > 1 && length / runs.length < directBytes ? undefined : runs;
}

function* readPieces(source: TiffSource, page: TiffPage, target: Uint8Array): Reading<void> {
  const { offsets, byteCounts } = page;
  for (let first = 0; first < offsets.length; ) {
    const start = offsets[first] ?? 0;
    let end = start + (byteCounts[first] ?? 0);
    let past = first + 1;
    for (; past < offsets.length; past += 1) {
      const offset = offsets[past] ?? 0;
      const offsetEnd = offset + (byteCounts[past] ?? 0);
      if (offset < end || offset - end > gapBytes || offsetEnd - start > batchBytes) break;
      end = offsetEnd;
    }
    const batch = yield* readBytes(source, start, end - start, "the pixels");
    for (; first < past; first += 1) {
      const at = (offsets[first] ?? 0) - start;
      yield* unpackPiece(source.name, page, first, batch.subarray(at, at + (byteCounts[first] ?? 0)), target);
    }
  }
}

function* unpackPiece(
  name: string,
  page: TiffPage,
  piece: number,
  packed: Uint8Array,
  target: Uint8Array,
): Reading<void> {
  const rowBytes = pieceRowBytes(page);
  const rows = pieceRows(page, piece);
  const bytes = rowBytes * rows;
  const whole =
    page.pieceWidth === page.width && page.bits > 1 && piece * page.pieceHeight + rows <= page.height;
  const at = piece * rowBytes * page.pieceHeight;
  const pixels = whole ? target.subarray(at, at + bytes) : new Uint8Array(bytes);
  const what = `${page.pieceName} ${piece}`;
  switch (page.compression) {
    case "none":
      pixels.set(packed.subarray(0, bytes));
      break;
    case "deflate": {
      // A last strip may be padded to the full height.
      const limit = rowBytes * page.pieceHeight;
      const inflated = yield { kind: "inflate", bytes: packed, limit, what };
      if (inflated.length > limit) throw damaged(name, what, inflated.length, bytes);
      checkLength(name, what, inflated.length, bytes);
      pixels.set(inflated.subarray(0, bytes));
      break;
    }
    case "lzw":
      checkLength(name, what, decodeLzw(name, what, packed, pixels), bytes);
      break;
    case "packbits":
      checkLength(name, what, decodePackBits(packed, pixels), bytes);
      break;
    default:
      page.compression satisfies never;
  }
  if (page.bits > 8 && !page.littleEndian && page.predictor !== 3) {
    swapBytes(pixels, page.bits / 8);
  }
  undoPredictor(page.predictor, pixels, page.pieceWidth, page.bits / 8);
  if (!whole) placePiece(page, piece, pixels, target);
}

/** Copies a tile, or bits, to where they belong; what lies beyond the image's edges is left out. */
function placePiece(page: TiffPage, piece: number, pixels: Uint8Array, target: Uint8Array): void {
  const left = (piece % page.piecesAcross) * page.pieceWidth;
  const top = Math.floor(piece / page.piecesAcross) * page.pieceHeight;
  const columns = Math.min(page.pieceWidth, page.width - left);
  const rows = Math.min(page.pieceHeight, page.height - top);
  const rowBytes = pieceRowBytes(page);
  const pixelBytes = page.bits / 8;
  for (let row = 0; row < rows; row += 1) {
    const from = row * rowBytes;
    const to = (top + row) * page.width + left;
    if (page.bits === 1) {
      for (let column = 0; column < columns; column += 1) {
        const byte = pixels[from + (column >> 3)] ?? 0;
        const bit = page.lowBitFirst ? column & 7 : 7 - (column & 7);
        target[to + column] = (byte >> bit) & 1;
      }
    } else {
      target.set(pixels.subarray(from, from + columns * pixelBytes), to * pixelBytes);
    }
  }
}

function checkLength(name: string, what: string, length: number, expected: number): void {
  if (length < expected) throw damaged(name, what, length, expected);
}

function damaged(name: string, what: string, length: number, expected: number): Error {
  return damagedError(name, `${what} unpacks to ${length} bytes instead of ${expected}`);
}
