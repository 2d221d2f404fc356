import {
  createHostArray,
  createTypedArray,
  fromStored,
  type HostArray,
  PlatewrightError,
  type ReadArrayOptions,
  sizeOf,
  storedBytesOf,
  storedBytesPerElement,
  storedDType,
  type TypedArray,
  toStored,
} from "@platewright/core";
import { joinBytes, swapBytes } from "../bytes.ts";
import { allocate, targetFor } from "../codecs/array-target.ts";
import type { CodecFile, FileCodec } from "../codecs/codec.ts";
import { formatError, truncatedError } from "../format-error.ts";
import {
  formatNpyHeader,
  type NpyHeader,
  npyHeaderLength,
  npyPrefixBytes,
  parseNpyHeader,
} from "./header.ts";

/** How the bytes of an .npy file are decoded. */
export interface DecodeNpyOptions {
  /** The file's name, for messages. Default: "NPY". */
  readonly name?: string;
}

/** Decodes the bytes of an .npy file: any rank, C or Fortran order, either byte order. Throws "format". */
export function decodeNpy(bytes: Uint8Array, { name = "NPY" }: DecodeNpyOptions = {}): HostArray {
  const length = npyHeaderLength(name, bytes.subarray(0, npyPrefixBytes));
  if (length > bytes.length) throw truncatedError(name, "the header", 0, length, bytes.length);
  const header = parseNpyHeader(name, bytes.subarray(0, length));
  const { shape, dtype } = header;
  checkSize(name, header, bytes.length);
  const target = allocate(name, header);
  const stored = storedFor(name, header, shape, target);
  bytesOfData(stored).set(bytes.subarray(length));
  convert(header, stored, 0, target);
  return createHostArray(shape, dtype, target as never);
}

/** Encodes an array of any rank as an .npy file: version 1.0, little-endian, C order. */
export function encodeNpy(array: HostArray): Uint8Array {
  return joinBytes(npyPieces(array));
}

/** Reads and writes .npy files. `plane` gives an index for each leading axis and leaves two. */
export const npyCodec: FileCodec = {
  kind: "codec",
  name: "NPY",
  endings: [".npy"],
  async describeArray(file) {
    const { shape, dtype } = await readHeader(file);
    return { shape, dtype };
  },
  readArray,
  encodeArray: (_name, array) => npyPieces(array),
};

async function readHeader(file: CodecFile): Promise<NpyHeader> {
  const prefix = new Uint8Array(Math.min(npyPrefixBytes, file.size));
  await file.read(0, prefix);
  const length = npyHeaderLength(file.name, prefix);
  if (length > file.size) throw truncatedError(file.name, "the header", 0, length, file.size);
  const bytes = new Uint8Array(length);
  await file.read(0, bytes);
  const header = parseNpyHeader(file.name, bytes);
  checkSize(file.name, header, file.size);
  return header;
}

async function readArray(file: CodecFile, { plane, into }: ReadArrayOptions): Promise<HostArray> {
  const header = await readHeader(file);
  const { dtype, start } = header;
  const index = plane === undefined ? 0 : planeIndex(file.name, header.shape, plane);
  const shape = plane === undefined ? header.shape : header.shape.slice(plane.length);
  const target = targetFor(file.name, { shape, dtype }, into);
  const stored = storedFor(file.name, header, shape, target);
  await file.read(start + (isTurned(header) ? 0 : index * stored.byteLength), bytesOfData(stored));
  convert(header, stored, index, target);
  return createHostArray(shape, dtype, target as never);
}

function npyPieces({ shape, dtype, data }: HostArray): readonly [header: Uint8Array, values: Uint8Array] {
  return [formatNpyHeader(shape, dtype), bytesOfData(toStored(dtype, data))];
}

/** Whether the axes lie in the file in another order, so that the values of a plane lie scattered. */
function isTurned({ shape, fortranOrder }: NpyHeader): boolean {
  return fortranOrder && shape.length > 1;
}

/** Where to read what is stored for values of this shape: of a turned array all, else the target itself where it is stored as it is. */
function storedFor(
  name: string,
  header: NpyHeader,
  shape: readonly number[],
  target: TypedArray,
): TypedArray {
  const dtype = storedDType(header.dtype);
  if (isTurned(header)) return allocate(name, { shape: header.shape, dtype });
  return dtype === header.dtype ? target : allocate(name, { shape, dtype });
}

/** Brings what was stored into the target: of a turned array the plane of this number. */
function convert(header: NpyHeader, stored: TypedArray, index: number, target: TypedArray): void {
  const { dtype, littleEndian } = header;
  if (!littleEndian) swapBytes(bytesOfData(stored), storedBytesPerElement(dtype));
  const { length } = target;
  if (isTurned(header))
    fromStored(dtype, turn(stored, header).subarray(index * length, (index + 1) * length), target);
  else if (stored !== target) fromStored(dtype, stored, target);
}

/** Values of Fortran order in C order. */
function turn(data: TypedArray, { shape, dtype }: NpyHeader): TypedArray {
  const turned = createTypedArray(storedDType(dtype), data.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const position = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to += 1) {
    turned[to] = data[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (position[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        position[axis] = next;
        break;
      }
      from -= next * (strides[axis] ?? 0);
      position[axis] = 0;
    }
  }
  return turned;
}

function checkSize(name: string, { shape, dtype, start }: NpyHeader, fileSize: number): void {
  const size = storedBytesOf(shape, dtype);
  if (start + size > fileSize) {
    throw truncatedError(name, `the array ${dtype} (${shape.join(", ")})`, start, start + size, fileSize);
  }
  if (start + size < fileSize) {
    throw formatError(
      name,
      `has ${fileSize - start - size} bytes after its array ${dtype} (${shape.join(", ")}). Write it again with numpy.save.`,
    );
  }
}

function planeIndex(name: string, shape: readonly number[], plane: readonly number[]): number {
  if (plane.length !== Math.max(0, shape.length - 2)) {
    throw new PlatewrightError(
      "parameter",
      `The plane [${plane.join(", ")}] does not fit ${JSON.stringify(name)} of shape (${shape.join(", ")}). Give an index for each axis before the last two.`,
      { path: name, plane },
    );
  }
  let index = 0;
  for (const [axis, at] of plane.entries()) {
    const length = shape[axis] ?? 0;
    if (!Number.isSafeInteger(at) || at < 0 || at >= length) {
      throw new PlatewrightError(
        "not-found",
        `${JSON.stringify(name)} of shape (${shape.join(", ")}) has no plane [${plane.join(", ")}].`,
        { path: name, plane },
      );
    }
    index = index * length + at;
  }
  return index;
}

function bytesOfData(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
