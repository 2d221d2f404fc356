import { promisify } from "node:util";
import { deflate, deflateSync } from "node:zlib";
import {
  type DType,
  type HostArray,
  PlatewrightError,
  storedBytesPerElement,
  toStored,
} from "@platewright/core";
import { joinBytes, packBits } from "../bytes.ts";
import type { PixelSides } from "./description.ts";
import { type FieldToWrite, layOutTiff } from "./layout.ts";
import { omeXml } from "./ome-xml.ts";
import { takeDifferences } from "./predictor.ts";
import { toRational } from "./rational.ts";
import { tags } from "./tags.ts";

/** How a TIFF can be packed. */
export const tiffCompressions: readonly string[] = Object.freeze(["none", "deflate"]);

/** How an array is encoded as a TIFF. */
export interface EncodeTiffOptions {
  /** Side of a pixel in µm: goes into OME-XML and, per cm, into the resolution tags, where ImageJ looks. */
  readonly pixelSize?: PixelSides | undefined;
  /** The image's name in OME-XML. */
  readonly name?: string | undefined;
  /** One name for each page makes the pages channels; one name alone names the channel of all. */
  readonly channelNames?: readonly string[] | undefined;
  /** `"none"` (default) or `"deflate"`. */
  readonly compression?: string | undefined;
  /** Whether whole numbers are stored as differences, which deflates better. Default `true`; counts with deflate alone. */
  readonly predictor?: boolean | undefined;
  /** BigTIFF even where the file is below 4 GB, where it is the default. */
  readonly bigTiff?: boolean | undefined;
}

// Microscope images are noise below their signal: higher levels cost several times the time for a percent or two.
const level = 3;
const deflateAside = promisify<Uint8Array, { level: number }, Uint8Array>(deflate);

/**
 * Encodes [Y, X] or [Z, Y, X] as an OME-TIFF: little-endian, one strip a page, `bool` as one bit a pixel (bilevel).
 * Throws "array" for other ranks and empty arrays, "parameter" for settings that don't fit.
 */
export function encodeTiff(array: HostArray, options: EncodeTiffOptions = {}): Uint8Array {
  const plan = planTiff(array, options);
  const packed = plan.deflated ? plan.pages.map((page) => deflateSync(page, { level })) : plan.pages;
  return joinBytes(assemble(plan, packed));
}

/** As `encodeTiff`, deflating on the thread pool; answers pieces, some of them views of the array's data. */
export async function encodeTiffPieces(
  array: HostArray,
  options: EncodeTiffOptions,
): Promise<readonly Uint8Array[]> {
  const plan = planTiff(array, options);
  if (!plan.deflated) return assemble(plan, plan.pages);
  return assemble(plan, await Promise.all(plan.pages.map((page) => deflateAside(page, { level }))));
}

interface TiffPlan {
  readonly width: number;
  readonly height: number;
  readonly dtype: DType;
  readonly options: EncodeTiffOptions;
  readonly deflated: boolean;
  /** Whether differences were taken. */
  readonly predicted: boolean;
  /** The bytes of each page as they are to be packed. */
  readonly pages: readonly Uint8Array[];
}

function planTiff({ shape, dtype, data }: HostArray, options: EncodeTiffOptions): TiffPlan {
  const [height, width] = shape.slice(-2);
  if (height === undefined || width === undefined || shape.length > 3 || data.length === 0) {
    throw new PlatewrightError(
      "array",
      `A TIFF holds [Y, X] or [Z, Y, X] with at least one pixel, not (${shape.join(", ")}).`,
      { shape },
    );
  }
  const count = shape.length === 3 ? (shape[0] ?? 1) : 1;
  checkOptions(options, count);
  const deflated = options.compression === "deflate";
  const predicted = deflated && options.predictor !== false && !dtype.startsWith("float") && dtype !== "bool";
  const size = storedBytesPerElement(dtype);
  const stored = toStored(dtype, data);
  const pageBytes = height * width * size;
  const pages = Array.from({ length: count }, (_, index) => {
    const page = new Uint8Array(stored.buffer, stored.byteOffset + index * pageBytes, pageBytes);
    if (dtype === "bool") return packBits(page, width, height);
    return predicted ? takeDifferences(page, width, size) : page;
  });
  return { width, height, dtype, options, deflated, predicted, pages };
}

/** The pieces of the file, once its pages are packed. */
function assemble(plan: TiffPlan, packed: readonly Uint8Array[]): readonly Uint8Array[] {
  const { options, pages } = plan;
  const text = omeXml({ ...options, ...plan, pages: pages.length });
  const fields = pages.map((_, index) => fieldsOf(plan, index === 0 ? text : undefined));
  const lengths = packed.map(({ length }) => length);
  const { head, offsets } = layOutTiff(fields, lengths, options.bigTiff ?? false);
  const pieces: Uint8Array[] = [head];
  let end = head.length;
  for (const [index, page] of packed.entries()) {
    const offset = offsets[index] ?? end;
    if (offset > end) pieces.push(new Uint8Array(offset - end));
    pieces.push(page);
    end = offset + page.length;
  }
  return pieces;
}

function fieldsOf(
  { width, height, dtype, deflated, predicted, options: { pixelSize } }: TiffPlan,
  description: string | undefined,
): readonly FieldToWrite[] {
  const bits = dtype === "bool" ? 1 : storedBytesPerElement(dtype) * 8;
  const format = dtype.startsWith("float") ? 3 : dtype.startsWith("int") ? 2 : 1;
  const fields: FieldToWrite[] = [
    { tag: tags.newSubfileType, type: "LONG", values: [0] },
    { tag: tags.imageWidth, type: "LONG", values: [width] },
    { tag: tags.imageLength, type: "LONG", values: [height] },
    { tag: tags.bitsPerSample, type: "SHORT", values: [bits] },
    { tag: tags.compression, type: "SHORT", values: [deflated ? 8 : 1] },
    { tag: tags.photometric, type: "SHORT", values: [1] },
    { tag: tags.samplesPerPixel, type: "SHORT", values: [1] },
    { tag: tags.rowsPerStrip, type: "LONG", values: [height] },
    { tag: tags.software, type: "ASCII", values: ascii("Platewright") },
    { tag: tags.sampleFormat, type: "SHORT", values: [format] },
  ];
  if (description !== undefined)
    fields.push({ tag: tags.imageDescription, type: "ASCII", values: ascii(description) });
  if (predicted) fields.push({ tag: tags.predictor, type: "SHORT", values: [2] });
  if (pixelSize) {
    fields.push({ tag: tags.xResolution, type: "RATIONAL", values: toRational(1e4 / pixelSize.x) });
    fields.push({ tag: tags.yResolution, type: "RATIONAL", values: toRational(1e4 / pixelSize.y) });
    fields.push({ tag: tags.resolutionUnit, type: "SHORT", values: [3] });
  }
  return fields;
}

function checkOptions(
  { compression = "none", pixelSize, channelNames }: EncodeTiffOptions,
  pages: number,
): void {
  if (!tiffCompressions.includes(compression)) {
    throw new PlatewrightError(
      "parameter",
      `A TIFF is written with compression "none" or "deflate", not ${JSON.stringify(compression)}.`,
    );
  }
  if (pixelSize && ![pixelSize.x, pixelSize.y].every((side) => Number.isFinite(side) && side > 0)) {
    throw new PlatewrightError(
      "parameter",
      `A pixel can't be ${pixelSize.x} × ${pixelSize.y} µm. Give two positive numbers, or none.`,
    );
  }
  if (channelNames && channelNames.length > 1 && channelNames.length !== pages) {
    throw new PlatewrightError(
      "parameter",
      `${channelNames.length} channel names don't fit ${pages} page${pages === 1 ? "" : "s"}. Give one for each page, or one for all.`,
    );
  }
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}
