import { type DType, storedBytesPerElement } from "@platewright/core";
import { type Codec, codecChain, compressorOf, type ZarrFormat } from "../codecs/encode-chunk.ts";
import { formatDocument, type JsonObject } from "./json.ts";

/** An array as its metadata describes it. */
export interface ArrayLayout {
  readonly format: ZarrFormat;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly dtype: DType;
  readonly codec: Codec;
  /** What stands between the numbers in a chunk's key: "/" makes a folder for each axis, as plates have it. */
  readonly separator: "/" | ".";
  readonly dimensionNames?: readonly string[];
}

/** What `.zarray` calls a dtype, byte order apart. */
export const codesInV2: Readonly<Record<DType, string>> = {
  bool: "b1",
  uint8: "u1",
  int8: "i1",
  uint16: "u2",
  int16: "i2",
  uint32: "u4",
  int32: "i4",
  float16: "f2",
  float32: "f4",
  float64: "f8",
};

/** The documents that describe an array, by their names in its folder. */
export function arrayDocuments(
  layout: ArrayLayout,
  attributes: JsonObject = {},
): ReadonlyMap<string, Uint8Array> {
  const { format, shape, chunks, dtype, codec, separator, dimensionNames } = layout;
  const fill = dtype === "bool" ? false : 0;
  if (format === 2) {
    const described = {
      zarr_format: 2,
      shape,
      chunks,
      dtype: `${storedBytesPerElement(dtype) === 1 ? "|" : "<"}${codesInV2[dtype]}`,
      compressor: compressorOf(codec),
      fill_value: fill,
      order: "C",
      filters: null,
      dimension_separator: separator,
    };
    const documents = new Map([[".zarray", formatDocument(described)]]);
    if (Object.keys(attributes).length > 0) documents.set(".zattrs", formatDocument(attributes));
    return documents;
  }
  const described = {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: chunks } },
    chunk_key_encoding: { name: "default", configuration: { separator } },
    fill_value: fill,
    codecs: codecChain(codec, storedBytesPerElement(dtype)),
    attributes,
    ...(dimensionNames ? { dimension_names: dimensionNames } : {}),
  };
  return new Map([["zarr.json", formatDocument(described)]]);
}

/** The documents that describe a group, by their names in its folder. */
export function groupDocuments(format: ZarrFormat, attributes?: JsonObject): ReadonlyMap<string, Uint8Array> {
  if (format === 3) {
    const described = { zarr_format: 3, node_type: "group", attributes: attributes ?? {} };
    return new Map([["zarr.json", formatDocument(described)]]);
  }
  const documents = new Map([[".zgroup", formatDocument({ zarr_format: 2 })]]);
  if (attributes) documents.set(".zattrs", formatDocument(attributes));
  return documents;
}

/** The key of a chunk within its array's folder. */
export function chunkKey(format: ZarrFormat, position: readonly number[], separator: "/" | "."): string {
  return (format === 2 ? position : ["c", ...position]).join(separator);
}
