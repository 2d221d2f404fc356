import { type DType, isDType, type PlatewrightError, storedBytesPerElement } from "@platewright/core";
import { damagedError, formatError, truncatedError } from "../format-error.ts";
import { readNumber, readNumbers, type TiffDirectory } from "./directory.ts";
import type { Reading, TiffSource } from "./reading.ts";
import { compressionName, photometricName, tags } from "./tags.ts";

/** How the bytes of strips and tiles are packed. */
export type TiffCompression = "none" | "deflate" | "lzw" | "packbits";

/** One page, checked: what its pixels are and where their pieces (strips or tiles) lie in the file. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly dtype: DType;
  /** Bits of a pixel in the file: 1, or those of the dtype. */
  readonly bits: number;
  readonly littleEndian: boolean;
  readonly compression: TiffCompression;
  readonly predictor: 1 | 2 | 3;
  /** Whether the lowest bit of a byte is its first pixel (1-bit pages alone). */
  readonly lowBitFirst: boolean;
  readonly pieceName: "strip" | "tile";
  /** Pixels of one piece; the last strip may have fewer rows. */
  readonly pieceWidth: number;
  readonly pieceHeight: number;
  readonly piecesAcross: number;
  readonly piecesDown: number;
  /** By piece, row by row. */
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

// The most that one byte can unpack to: deflate 1032 (zlib's own bound), LZW a 12-bit code for 4096 bytes, PackBits 2 for 128.
const mostUnpacked: Readonly<Record<TiffCompression, number>> = {
  none: 1,
  deflate: 1032,
  lzw: 2731,
  packbits: 64,
};

/** Bytes of one row of a piece, unpacked. */
export function pieceRowBytes(page: TiffPage): number {
  return Math.ceil((page.pieceWidth * page.bits) / 8);
}

/** Pixel rows of a piece: tiles are always whole, the last strip ends with the image. */
export function pieceRows(page: TiffPage, piece: number): number {
  if (page.pieceName === "tile") return page.pieceHeight;
  return Math.min(page.pieceHeight, page.height - piece * page.pieceHeight);
}

/**
 * Reads and checks one page. Throws "format" for what is damaged, for pieces outside the file, for more pixels than its
 * bytes can hold, and for kinds of images that are not read: colour, palettes, packed bits, other compressions.
 * `paletteIsDisplay` takes palette pages for intensities, as ImageJ means them.
 */
export function* readPage(directory: TiffDirectory, paletteIsDisplay: boolean): Reading<TiffPage> {
  const { source, header } = directory;
  const { name } = source;
  const number = (tag: number, otherwise: number) => readNumber(directory, tag, otherwise);
  const width = yield* number(tags.imageWidth, 0);
  const height = yield* number(tags.imageLength, 0);
  if (!isSide(width) || !isSide(height)) {
    throw damagedError(name, `a page is ${width} pixels wide and ${height} high`);
  }
  const samples = yield* number(tags.samplesPerPixel, 1);
  const photometric = yield* number(tags.photometric, 1);
  if (samples !== 1 || (photometric > 1 && !(photometric === 3 && paletteIsDisplay))) {
    const found = photometric > 1 ? photometricName(photometric) : `${samples} values a pixel`;
    throw unread(name, `holds ${found}`, "Save each channel as a grey image of its own.");
  }
  if (photometric === 0) {
    throw unread(
      name,
      "counts from white: 0 is the brightest (MinIsWhite)",
      "Invert it and save it as MinIsBlack.",
    );
  }
  const bits = yield* number(tags.bitsPerSample, 1);
  const format = yield* number(tags.sampleFormat, 1);
  const dtype = dtypeFor(name, bits, format);
  const compressionCode = yield* number(tags.compression, 1);
  const compression = compressionFor(name, compressionCode);
  const predictor = predictorFor(name, yield* number(tags.predictor, 1), dtype, bits, compression);
  const fillOrder = yield* number(tags.fillOrder, 1);
  if (fillOrder === 2 && bits !== 1) {
    throw unread(
      name,
      "stores its bits in reverse (FillOrder 2)",
      "Save it again with the ordinary order of bits.",
    );
  }
  const { byteCounts, ...pieces } = yield* readPieces(directory, width, height);
  if (byteCounts === undefined && compression !== "none")
    throw damagedError(name, "its compressed pieces have no lengths");
  const page: TiffPage = {
    width,
    height,
    dtype,
    bits,
    littleEndian: header.littleEndian,
    compression,
    predictor,
    lowBitFirst: fillOrder === 2,
    ...pieces,
    byteCounts: byteCounts ?? [],
  };
  const rowBytes = pieceRowBytes(page);
  const plainCounts = () => pieces.offsets.map((_, piece) => rowBytes * pieceRows(page, piece));
  return checkPieces(source, { ...page, byteCounts: byteCounts ?? plainCounts() });
}

type Pieces = Pick<
  TiffPage,
  "pieceName" | "pieceWidth" | "pieceHeight" | "piecesAcross" | "piecesDown" | "offsets"
> & { readonly byteCounts: readonly number[] | undefined };

function* readPieces(directory: TiffDirectory, width: number, height: number): Reading<Pieces> {
  const { source, fields } = directory;
  const tiled = fields.has(tags.tileWidth);
  const pieceName = tiled ? "tile" : "strip";
  const pieceWidth = tiled ? yield* readNumber(directory, tags.tileWidth, 0) : width;
  const rows = tiled
    ? yield* readNumber(directory, tags.tileLength, 0)
    : yield* readNumber(directory, tags.rowsPerStrip, height);
  const pieceHeight = tiled ? rows : Math.min(rows, height);
  if (!isSide(pieceWidth) || !isSide(pieceHeight))
    throw damagedError(source.name, `a ${pieceName} is ${pieceWidth} pixels wide and ${rows} high`);
  // Some writers store tiles under the strips' tags.
  const [offsetsTag, countsTag] =
    tiled && fields.has(tags.tileOffsets)
      ? [tags.tileOffsets, tags.tileByteCounts]
      : [tags.stripOffsets, tags.stripByteCounts];
  const offsets = yield* readNumbers(directory, offsetsTag);
  const byteCounts = yield* readNumbers(directory, countsTag);
  const piecesAcross = Math.ceil(width / pieceWidth);
  const piecesDown = Math.ceil(height / pieceHeight);
  const expected = piecesAcross * piecesDown;
  if (offsets?.length !== expected || (byteCounts !== undefined && byteCounts.length !== expected)) {
    const found = offsets?.length === expected ? byteCounts?.length : offsets?.length;
    throw damagedError(source.name, `a page of ${expected} ${pieceName}s lists ${found ?? 0} of them`);
  }
  return { pieceName, pieceWidth, pieceHeight, piecesAcross, piecesDown, offsets, byteCounts };
}

function checkPieces(source: TiffSource, page: TiffPage): TiffPage {
  const rowBytes = pieceRowBytes(page);
  for (const [piece, offset] of page.offsets.entries()) {
    const count = page.byteCounts[piece] ?? 0;
    const what = `${page.pieceName} ${piece}`;
    if (!isPlace(offset) || !isPlace(count) || offset + count > source.size) {
      throw truncatedError(source.name, what, offset, offset + count, source.size);
    }
    const expected = rowBytes * pieceRows(page, piece);
    if (offset === 0 || count === 0) {
      throw unread(source.name, `leaves ${what} out (a sparse file)`, "Save it again with all its pixels.");
    }
    if (expected > count * mostUnpacked[page.compression]) {
      throw damagedError(
        source.name,
        `${what} has ${count} bytes, which can't hold the ${expected} bytes of its pixels`,
      );
    }
  }
  return page;
}

function dtypeFor(name: string, bits: number, format: number): DType {
  const kind =
    format === 1 || format === 4 ? "uint" : format === 2 ? "int" : format === 3 ? "float" : undefined;
  if (kind === "uint" && bits === 1) return "bool";
  const dtype = `${kind}${bits}`;
  if (isDType(dtype) && storedBytesPerElement(dtype) * 8 === bits) return dtype;
  const found = kind === undefined ? `complex numbers of ${bits} bits` : `${kind} values of ${bits} bits`;
  throw unread(
    name,
    `holds ${found}`,
    "Save it as uint8, uint16, uint32, int8, int16, int32, float16, float32 or float64.",
  );
}

function compressionFor(name: string, code: number): TiffCompression {
  if (code === 1) return "none";
  if (code === 8 || code === 32_946) return "deflate";
  if (code === 5) return "lzw";
  if (code === 32_773) return "packbits";
  throw unread(
    name,
    `is compressed by ${compressionName(code)}`,
    "Save it without compression, or with deflate or LZW.",
  );
}

function predictorFor(
  name: string,
  code: number,
  dtype: DType,
  bits: number,
  compression: TiffCompression,
): 1 | 2 | 3 {
  if (code === 1) return 1;
  const fits = code === 2 ? bits > 1 : code === 3 && dtype.startsWith("float");
  // The standard knows predictors with LZW and deflate alone, and readers disagree on the rest.
  if (!fits || compression === "none" || compression === "packbits") {
    throw unread(
      name,
      `uses predictor ${code} on ${dtype} pixels with compression ${compression}`,
      "Save it again without a predictor.",
    );
  }
  return code === 2 ? 2 : 3;
}

function unread(name: string, fault: string, remedy: string): PlatewrightError {
  return formatError(name, `${fault}, which is not read. ${remedy}`);
}

// A damaged field can be of a type that holds fractions and negative numbers.
function isSide(length: number): boolean {
  return Number.isSafeInteger(length) && length > 0;
}

function isPlace(place: number): boolean {
  return Number.isSafeInteger(place) && place >= 0;
}
