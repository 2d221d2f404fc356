import {
  type DType,
  dtypes,
  encodeFloat16,
  isDType,
  sizeOf,
  storedBytesPerElement,
  storedDType,
} from "@platewright/core";
import type { ArrayMetadata } from "zarrita";
import type { ZarrFormat } from "../codecs/encode-chunk.ts";
import { formatError } from "../format-error.ts";
import { codesInV2 } from "./array-documents.ts";
import { type CodecMetadata, codecsOfV2, codecsOfV3 } from "./codec-metadata.ts";
import { type JsonObject, listOfLengths, objectIn } from "./json.ts";

/** What the metadata of an array says. */
export interface ArrayFacts {
  readonly format: ZarrFormat;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly attributes: JsonObject;
  /** As zarrita takes it, with our codecs in the place of its own. */
  readonly metadata: ArrayMetadata;
  /** Whether the index of a shard stands at its beginning. */
  readonly indexAtStart: boolean;
}

const mostBytes = 2 ** 31 - 1;

/** Reads a `.zarray`. Throws "format" for what is invalid or of a kind that is not read; `path` is for messages. */
export function readV2Metadata(path: string, document: JsonObject, attributes: JsonObject): ArrayFacts {
  if (document.zarr_format !== 2)
    throw formatError(path, `says zarr_format ${say(document.zarr_format)}, not 2.`);
  const found = /^([<>|=])([a-z]\d+)$/.exec(String(document.dtype));
  const dtype = dtypes.find((each) => codesInV2[each] === found?.[2]);
  if (typeof document.dtype !== "string" || !dtype) throw unknownDType(path, document.dtype);
  const [shape, chunks] = checkShapes(path, document.shape, document.chunks, dtype);
  if (document.order !== "C" && document.order !== "F")
    throw formatError(path, `says order ${say(document.order)}; it is "C" or "F".`);
  const separator = document.dimension_separator ?? ".";
  if (separator !== "." && separator !== "/")
    throw formatError(path, `says dimension_separator ${say(separator)}; it is "." or "/".`);
  const size = sizeOf(chunks) * storedBytesPerElement(dtype);
  return factsOf(path, document, {
    format: 2,
    shape,
    chunks,
    dtype,
    attributes,
    codecs: codecsOfV2(path, document, { endian: found?.[1] === ">" ? "big" : "little", size }),
    indexAtStart: false,
    keys: { name: "v2", configuration: { separator } },
  });
}

/** Reads a `zarr.json` of an array. Throws "format" as `readV2Metadata` does. */
export function readV3Metadata(path: string, document: JsonObject): ArrayFacts {
  if (document.zarr_format !== 3)
    throw formatError(path, `says zarr_format ${say(document.zarr_format)}, not 3.`);
  if (document.node_type !== "array")
    throw formatError(path, `describes a ${say(document.node_type)}, not an array. Name an array in it.`);
  const dtype = document.data_type;
  if (!isDType(dtype)) throw unknownDType(path, dtype);
  const grid = objectIn(document.chunk_grid);
  if (grid?.name !== "regular")
    throw formatError(path, `says chunk_grid ${say(grid?.name)}; only "regular" is read.`);
  if (Array.isArray(document.storage_transformers) && document.storage_transformers.length > 0)
    throw formatError(path, "asks for storage transformers, of which none is known.");
  const [shape, chunks] = checkShapes(path, document.shape, objectIn(grid.configuration)?.chunk_shape, dtype);
  return factsOf(path, document, {
    format: 3,
    shape,
    chunks,
    dtype,
    attributes: objectIn(document.attributes) ?? {},
    ...codecsOfV3(path, document.codecs, chunks, storedBytesPerElement(dtype)),
    keys: chunkKeysOf(path, document.chunk_key_encoding),
  });
}

interface Read extends Omit<ArrayFacts, "metadata"> {
  readonly chunks: readonly number[];
  readonly codecs: readonly CodecMetadata[];
  readonly keys: ArrayMetadata["chunk_key_encoding"];
}

function factsOf(path: string, document: JsonObject, { chunks, codecs, keys, ...facts }: Read): ArrayFacts {
  const { shape, dtype } = facts;
  const metadata: ArrayMetadata = {
    zarr_format: 3,
    node_type: "array",
    shape: [...shape],
    data_type: asStored(dtype),
    chunk_grid: { name: "regular", configuration: { chunk_shape: [...chunks] } },
    chunk_key_encoding: keys,
    codecs: [...codecs],
    fill_value: storedFill(dtype, fillOf(path, document.fill_value)),
    attributes: {},
  };
  return { ...facts, metadata };
}

/** What zarrita takes a chunk's values for. Its own type of a truth value, which is one byte, is no typed array. */
function asStored(dtype: DType): Exclude<DType, "bool" | "float16"> {
  return dtype === "bool" ? "uint8" : (storedDType(dtype) as Exclude<DType, "bool" | "float16">);
}

function storedFill(dtype: DType, fill: number): number {
  return dtype === "float16" ? (encodeFloat16(Float32Array.of(fill))[0] as number) : fill;
}

function fillOf(path: string, fill: unknown): number {
  if (fill === null || fill === undefined) return 0;
  if (typeof fill === "boolean") return fill ? 1 : 0;
  if (typeof fill === "number") return fill;
  if (fill === "NaN") return Number.NaN;
  if (fill === "Infinity") return Number.POSITIVE_INFINITY;
  if (fill === "-Infinity") return Number.NEGATIVE_INFINITY;
  throw formatError(path, `says fill_value ${say(fill)}, which is no number.`);
}

function chunkKeysOf(path: string, given: unknown): ArrayMetadata["chunk_key_encoding"] {
  const { name, configuration } = objectIn(given) ?? { name: given };
  const separator = objectIn(configuration)?.separator ?? (name === "v2" ? "." : "/");
  if ((name === "default" || name === "v2") && (separator === "/" || separator === "."))
    return { name, configuration: { separator } };
  throw formatError(
    path,
    `says chunk_key_encoding ${say(given)}; "default" and "v2" with "/" or "." are read.`,
  );
}

function checkShapes(
  path: string,
  shape: unknown,
  chunks: unknown,
  dtype: DType,
): readonly [readonly number[], readonly number[]] {
  const a = listOfLengths(shape);
  const b = listOfLengths(chunks);
  if (!a) throw formatError(path, `says shape ${say(shape)}, which is no list of lengths.`);
  if (!b || b.length !== a.length || b.includes(0))
    throw formatError(path, `says chunks of ${say(chunks)} for the shape ${say(shape)}.`);
  const bytes = sizeOf(b) * storedBytesPerElement(dtype);
  if (bytes > mostBytes)
    throw formatError(
      path,
      `says chunks of ${bytes} bytes; chunks of up to 2 GiB are read. Write it in smaller chunks.`,
    );
  return [a, b];
}

function unknownDType(path: string, dtype: unknown): Error {
  return formatError(
    path,
    `holds values of ${say(dtype)}, which is not read. Convert them to bool, an integer of 8 to 32 bits or a float of 16 to 64 bits.`,
  );
}

function say(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
