import {
  type ArrayDescription,
  createHostArray,
  fromStored,
  type HostArray,
  PlatewrightError,
  type ReadArrayOptions,
  storedDType,
} from "@platewright/core";
import { allocate, targetFor } from "../codecs/array-target.ts";
import { damagedError, formatError, truncatedError } from "../format-error.ts";
import { imageJPages, pixelSizeOf, type ResolutionTags } from "./description.ts";
import { readDirectory, readHeader, readNumber, readText, type TiffDirectory } from "./directory.ts";
import { describeOme, isOmeXml } from "./ome-description.ts";
import { parseOme } from "./ome-document.ts";
import { pieceRowBytes, readPage, type TiffPage } from "./page.ts";
import { readDirectories } from "./page-index.ts";
import { imageJPlaces } from "./page-places.ts";
import { readPixels } from "./pixels.ts";
import type { Reading, TiffSource } from "./reading.ts";
import { tags } from "./tags.ts";

/** What a reading of a TIFF may be given. */
export type TiffReadOptions = Pick<ReadArrayOptions, "plane" | "into">;

/** What is known of a file, and the file beside it that it leaves its OME-XML to, where it does. */
export interface Described {
  readonly description: ArrayDescription;
  readonly reference?: { readonly metadataFile: string; readonly uuid: string | undefined };
}

/** Shape and dtype of all pages without their pixels, and what the file's description says beside it. */
export function* describe(source: TiffSource): Reading<Described> {
  const { first, shape, dtype, pages } = yield* readStructure(source, undefined);
  const text = (yield* readText(first, tags.imageDescription)) ?? "";
  if (isOmeXml(text)) {
    const document = parseOme(text);
    const { uuid, metadataFile } = document;
    return {
      description: { shape, dtype, ...describeOme(document, pages.length, { name: source.name, uuid }) },
      ...(metadataFile !== undefined && { reference: { metadataFile, uuid } }),
    };
  }
  const pixelSize = pixelSizeOf(text, yield* readResolution(first));
  const isImageJ = pages.length > 1 && text.startsWith("ImageJ=");
  return {
    description: {
      shape,
      dtype,
      ...(pixelSize && { pixelSize }),
      ...(isImageJ && { pages: imageJPlaces(text, pages.length) ?? [] }),
    },
  };
}

/** The description of the first page. */
export function* readDescription(source: TiffSource): Reading<string> {
  const header = yield* readHeader(source);
  const first = yield* readDirectory(source, header, header.first);
  return (yield* readText(first, tags.imageDescription)) ?? "";
}

/** The pixels of one page ([Y, X]) or of all of them ([pages, Y, X]; a single page is [Y, X]). */
export function* readArray(source: TiffSource, { plane, into }: TiffReadOptions): Reading<HostArray> {
  const { shape, dtype, pages } = yield* readStructure(source, planeIndex(source.name, plane));
  const found = { shape, dtype };
  const data = targetFor(source.name, found, into);
  const isStored = storedDType(dtype) === dtype;
  const stored = isStored ? data : allocate(source.name, { shape, dtype: storedDType(dtype) });
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  const pageBytes = bytes.length / pages.length;
  for (const [index, page] of pages.entries()) {
    yield* readPixels(source, page, bytes.subarray(index * pageBytes, (index + 1) * pageBytes));
  }
  if (!isStored) fromStored(dtype, stored, data);
  return createHostArray(shape, dtype, data as never);
}

interface Structure extends Pick<ArrayDescription, "shape" | "dtype"> {
  readonly first: TiffDirectory;
  readonly pages: readonly TiffPage[];
}

// ImageJ's description is short, and says how many planes there are near its beginning. OME-XML may take megabytes, which
// are not read for each plane.
const imageJBytes = 4096;

function* readStructure(source: TiffSource, wanted: number | undefined): Reading<Structure> {
  const header = yield* readHeader(source);
  const directories = yield* readDirectories(source, header, wanted);
  const first = directories.first;
  const text = (yield* readText(first, tags.imageDescription, imageJBytes)) ?? "";
  const paletteIsDisplay = text.startsWith("ImageJ=");
  let pages: TiffPage[] = [];
  for (const directory of directories.chosen) {
    pages.push(yield* readPage(directory, paletteIsDisplay));
  }
  const claimed = directories.count === 1 ? imageJPages(text) : 1;
  if (claimed > 1) {
    const page = pages[0] ?? (yield* readPage(first, paletteIsDisplay));
    pages = contiguousPages(source, page, claimed, wanted);
  } else if (wanted !== undefined && pages.length === 0) {
    throw missingPage(source.name, directories.count, wanted);
  }
  checkTotal(source, pages);
  const page = sameForAll(source.name, pages);
  const plane = [page.height, page.width];
  return {
    first,
    shape: pages.length === 1 ? plane : [pages.length, ...plane],
    dtype: page.dtype,
    pages,
  };
}

/** ImageJ stores a large stack as one page whose pixels all other planes follow without directories. */
function contiguousPages(
  source: TiffSource,
  page: TiffPage,
  count: number,
  wanted: number | undefined,
): TiffPage[] {
  const { name, size } = source;
  const bytes = pieceRowBytes(page) * page.height;
  const start = page.offsets[0] ?? 0;
  if (page.compression !== "none" || page.pieceName === "tile") {
    throw formatError(
      name,
      `says that it is a stack of ${count} planes, but has one compressed or tiled page.`,
    );
  }
  if (start + count * bytes > size) {
    throw truncatedError(name, `the stack of ${count} planes`, start, start + count * bytes, size);
  }
  if (wanted !== undefined && wanted >= count) throw missingPage(name, count, wanted);
  const indices = wanted === undefined ? Array.from({ length: count }, (_, index) => index) : [wanted];
  return indices.map((index) => ({
    ...page,
    pieceHeight: page.height,
    piecesDown: 1,
    offsets: [start + index * bytes],
    byteCounts: [bytes],
  }));
}

// Pages that share their bytes could make a small file claim any amount of memory.
function checkTotal(source: TiffSource, pages: readonly TiffPage[]): void {
  let total = 0;
  for (const page of pages) for (const count of page.byteCounts) total += count;
  if (total > source.size) {
    throw damagedError(source.name, `its pages claim ${total} bytes of a file of ${source.size}`);
  }
}

function sameForAll(name: string, pages: readonly TiffPage[]): TiffPage {
  const [first] = pages;
  if (first === undefined) throw damagedError(name, "it has no pages");
  for (const [index, page] of pages.entries()) {
    if (page.width !== first.width || page.height !== first.height || page.dtype !== first.dtype) {
      const found = `page ${index} is ${page.dtype} ${page.height} × ${page.width}, page 0 is ${first.dtype} ${first.height} × ${first.width}`;
      throw formatError(name, `holds pages that don't fit together: ${found}. Read one page by its index.`);
    }
  }
  return first;
}

function* readResolution(directory: TiffDirectory): Reading<ResolutionTags> {
  return {
    x: yield* readNumber(directory, tags.xResolution, 0),
    y: yield* readNumber(directory, tags.yResolution, 0),
    unit: yield* readNumber(directory, tags.resolutionUnit, 2),
    ofDetector: directory.fields.has(tags.harmonyMetadata),
  };
}

function planeIndex(name: string, plane: readonly number[] | undefined): number | undefined {
  if (plane === undefined) return undefined;
  const [index] = plane;
  if (plane.length !== 1 || index === undefined || !Number.isSafeInteger(index) || index < 0) {
    throw new PlatewrightError(
      "parameter",
      `The plane [${plane.join(", ")}] of ${JSON.stringify(name)} is no page of a TIFF. Give one index, counted from 0.`,
      { path: name, plane },
    );
  }
  return index;
}

function missingPage(name: string, count: number, wanted: number): PlatewrightError {
  return new PlatewrightError(
    "not-found",
    `${JSON.stringify(name)} has ${count} page${count === 1 ? "" : "s"}, so there is no page ${wanted} (they count from 0).`,
    { path: name, plane: [wanted] },
  );
}
