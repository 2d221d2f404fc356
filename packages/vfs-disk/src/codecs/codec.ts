import type {
  ArrayDescription,
  Awaitable,
  CallOptions,
  HostArray,
  ReadArrayOptions,
  TableSource,
  WriteArrayOptions,
} from "@platewright/core";

/** An open file, as a codec sees it. */
export interface CodecFile {
  /** Path relative to the root, for messages. */
  readonly name: string;
  /** Bytes of the file when it was opened. */
  readonly size: number;
  /** The same object at each opening of the file while it does not change, for what a codec remembers of it. */
  readonly identity?: object;
  /** Fills `target` with the bytes from `position` on. Throws "format" where the file ends before. */
  read(position: number, target: Uint8Array): Promise<void>;
  /**
   * What `read` makes of another file of the same folder, `undefined` where none of that name is there. It is remembered
   * for the next who asks for the same file, while that does not change: a codec reads it in one way only.
   */
  beside?<T>(name: string, read: (file: CodecFile) => Promise<T>): Promise<T | undefined>;
}

/**
 * Knows one file format. What a format can't do, its codec leaves out. Codecs neither open nor name files: writing
 * answers the bytes, in pieces that are written one after the other, and the storage makes the write whole or nothing.
 */
export interface FileCodec {
  readonly kind: "codec";
  readonly name: string;
  /** Endings of file names with their dot, in lower case: [".tif", ".tiff"]. */
  readonly endings: readonly string[];
  /** Shape and dtype without the pixels. */
  describeArray?(file: CodecFile, options: CallOptions): Promise<ArrayDescription>;
  /** Reads all, or one plane, into a new array or the caller's. */
  readArray?(file: CodecFile, options: ReadArrayOptions): Promise<HostArray>;
  /** The bytes of a file that holds the array; pieces may be views of its data. */
  encodeArray?(name: string, array: HostArray, options: WriteArrayOptions): Awaitable<readonly Uint8Array[]>;
  decodeValue?(name: string, bytes: Uint8Array): unknown;
  encodeValue?(name: string, value: unknown): Uint8Array;
  /** The bytes that `encodeValue` gives for all rows of a table, in pieces. */
  encodeTable?(name: string, table: TableSource): AsyncIterable<Uint8Array>;
}

/** The whole content of an open file. */
export async function readWhole(file: CodecFile): Promise<Uint8Array> {
  // Not cleared first: it is filled, or the read throws.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(file.size).buffer);
  await file.read(0, bytes);
  return bytes;
}
