import { createHostArray, type HostArray, PlatewrightError } from "@platewright/core";
import type { DecodedPng } from "fast-png";
import { unpackBits } from "../bytes.ts";
import { targetFor } from "../codecs/array-target.ts";
import { type FileCodec, readWhole } from "../codecs/codec.ts";
import { damagedError, formatError, truncatedError } from "../format-error.ts";
import { onDemand } from "../on-demand.ts";
import { encodePng, pngSignature } from "./encode-png.ts";

const library = onDemand((require) => require("fast-png") as typeof import("fast-png"));

/** How the bytes of a PNG are decoded. */
export interface DecodePngOptions {
  /** The file's name, for messages. Default: "PNG". */
  readonly name?: string;
}

const headerBytes = 29;
// The most that deflate can unpack one byte to.
const mostUnpacked = 1032;

/** Reads width, height, depth and colour type of a PNG from its first 29 bytes. */
interface PngHeader {
  readonly shape: readonly [height: number, width: number];
  readonly depth: number;
  readonly dtype: "bool" | "uint8" | "uint16";
  readonly colourType: number;
}

/**
 * Decodes a grey PNG: [Y, X] of bool (1 bit), uint8 or uint16. Colour and alpha pass only where they say nothing: red,
 * green and blue equal, nothing transparent. Throws "format" for other colour, palettes, 2 and 4 bits, and damage.
 */
export function decodePng(bytes: Uint8Array, { name = "PNG" }: DecodePngOptions = {}): HostArray {
  const { shape, dtype, depth, colourType } = parseHeader(name, bytes);
  const [height, width] = shape;
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[colourType] ?? 1;
  if ((width * height * channels * depth) / 8 > bytes.length * mostUnpacked) {
    throw damagedError(name, `${bytes.length} bytes can't hold ${width} × ${height} pixels`);
  }
  const image = decodeChecked(name, bytes);
  const grey = greyOf(name, image);
  if (dtype !== "bool") return createHostArray(shape, dtype, grey as never);
  return createHostArray(shape, dtype, unpackBits(grey, width, height));
}

/** Reads and writes grey .png files. */
export const pngCodec: FileCodec = {
  kind: "codec",
  name: "PNG",
  endings: [".png"],
  async describeArray(file) {
    const bytes = new Uint8Array(Math.min(headerBytes, file.size));
    await file.read(0, bytes);
    const { shape, dtype } = parseHeader(file.name, bytes);
    return { shape, dtype };
  },
  async readArray(file, { plane, into }) {
    if (plane !== undefined && !(plane.length === 0 || (plane.length === 1 && plane[0] === 0))) {
      throw new PlatewrightError(
        "not-found",
        `${JSON.stringify(file.name)} is a PNG and has one plane, so no plane [${plane.join(", ")}].`,
        { path: file.name, plane },
      );
    }
    const array = decodePng(await readWhole(file), { name: file.name });
    if (!into) return array;
    const { shape, dtype } = array;
    const target = targetFor(file.name, { shape, dtype }, into);
    target.set(array.data);
    return createHostArray(shape, dtype, target as never);
  },
  encodeArray: (_name, array) => [encodePng(array)],
};

function parseHeader(name: string, bytes: Uint8Array): PngHeader {
  if (!pngSignature.every((byte, at) => bytes[at] === byte)) {
    throw formatError(name, "is no PNG: its first bytes are others. Check the file's ending.");
  }
  if (bytes.length < headerBytes) throw truncatedError(name, "the header", 0, headerBytes, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const depth = view.getUint8(24);
  const colourType = view.getUint8(25);
  if (width === 0 || height === 0) throw damagedError(name, `it is ${width} pixels wide and ${height} high`);
  if (colourType === 3)
    throw formatError(name, "holds a colour palette, which is not read. Save it as a grey image.");
  const dtype = ({ 1: "bool", 8: "uint8", 16: "uint16" } as const)[depth];
  if (dtype === undefined) {
    throw formatError(name, `holds ${depth} bits a pixel, which are not read. Save it with 8 or 16 bits.`);
  }
  return { shape: [height, width], depth, dtype, colourType };
}

function decodeChecked(name: string, bytes: Uint8Array): DecodedPng {
  try {
    // A copy of a pooled Buffer's part: fast-png reads a view's buffer from its start.
    return library().decode(bytes.slice(), { checkCrc: true });
  } catch (cause) {
    throw damagedError(name, (cause as Error).message, cause);
  }
}

function greyOf(name: string, { data, channels, depth, width, height }: DecodedPng): DecodedPng["data"] {
  if (channels === 1) return data;
  const size = width * height;
  const grey = depth === 16 ? new Uint16Array(size) : new Uint8Array(size);
  const opaque = 2 ** depth - 1;
  for (let at = 0; at < size; at += 1) {
    const from = at * channels;
    const value = data[from] ?? 0;
    const coloured = channels > 2 && (data[from + 1] !== value || data[from + 2] !== value);
    if (coloured || (channels % 2 === 0 && data[from + channels - 1] !== opaque)) {
      const found = coloured ? "is a colour image" : "has transparent pixels";
      throw formatError(name, `${found}, which is not read. Save each channel as a grey image of its own.`);
    }
    grey[at] = value;
  }
  return grey;
}
