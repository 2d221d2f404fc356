import {
  type ArrayDescription,
  createHostArray,
  createTypedArray,
  type DType,
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
import { hostIsLittleEndian, swapBytes } from "../byte-order.ts";
import { checkedTarget } from "../codecs/array-target.ts";
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
  const { shape, dtype, start } = header;
  const size = checkSize(name, header, bytes.length);
  const stored = createTypedArray(storedDType(dtype), sizeOf(shape));
  bytesOfData(stored).set(bytes.subarray(start, start + size));
  return createHostArray(shape, dtype, valuesOf(dtype, arrange(stored, header)) as never);
}

/** Encodes an array of any rank as an .npy file: version 1.0, little-endian, C order. */
export function encodeNpy(array: HostArray): Uint8Array {
  const [header, values] = npyPieces(array);
  const joined = new Uint8Array(header.length + values.length);
  joined.set(header);
  joined.set(values, header.length);
  return joined;
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
  const length = sizeOf(shape);
  const description: ArrayDescription = { shape, dtype };
  const target = into
    ? checkedTarget(file.name, into(description), description)
    : createTypedArray(dtype, length);
  if (header.fortranOrder && header.shape.length > 1) {
    // The values of a plane lie scattered, so that all are read.
    const all = createTypedArray(storedDType(dtype), sizeOf(header.shape));
    await file.read(start, bytesOfData(all));
    fromStored(dtype, arrange(all, header).subarray(index * length, (index + 1) * length), target);
  } else {
    const size = storedBytesPerElement(dtype);
    const stored = storedDType(dtype) === dtype ? target : createTypedArray(storedDType(dtype), length);
    await file.read(start + index * length * size, bytesOfData(stored));
    if (header.littleEndian !== hostIsLittleEndian) swapBytes(bytesOfData(stored), size);
    if (stored !== target) fromStored(dtype, stored, target);
  }
  return createHostArray(shape, dtype, target as never);
}

function npyPieces({ shape, dtype, data }: HostArray): readonly [header: Uint8Array, values: Uint8Array] {
  const bytes = bytesOfData(toStored(dtype, data));
  if (hostIsLittleEndian) return [formatNpyHeader(shape, dtype), bytes];
  const copy = bytes.slice();
  swapBytes(copy, storedBytesPerElement(dtype));
  return [formatNpyHeader(shape, dtype), copy];
}

/** The values that were stored: the array itself where they are stored as they are. */
function valuesOf(dtype: DType, stored: TypedArray): TypedArray {
  if (storedDType(dtype) === dtype) return stored;
  const values = createTypedArray(dtype, stored.length);
  fromStored(dtype, stored, values);
  return values;
}

/** The stored values in the host's byte order and C order: the array itself where only bytes had to be turned. */
function arrange(data: TypedArray, { shape, dtype, littleEndian, fortranOrder }: NpyHeader): TypedArray {
  if (littleEndian !== hostIsLittleEndian) swapBytes(bytesOfData(data), storedBytesPerElement(dtype));
  if (!fortranOrder || shape.length < 2) return data;
  const arranged = createTypedArray(storedDType(dtype), data.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const position = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to += 1) {
    arranged[to] = data[from] ?? 0;
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
  return arranged;
}

function checkSize(name: string, { shape, dtype, start }: NpyHeader, fileSize: number): number {
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
  return size;
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
