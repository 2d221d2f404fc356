import { sizeOf } from "@platewright/core";
import { registry } from "zarrita";
import { ownCodecs, ownPrefix } from "../codecs/zarrita-codecs.ts";
import { formatError } from "../format-error.ts";
import { type JsonObject, listOfLengths, objectIn } from "./json.ts";

/** A codec with its settings, as zarrita takes it. */
export interface CodecMetadata {
  readonly name: string;
  readonly configuration: Record<string, unknown>;
}

/** The filters and the compressor of a `.zarray` as a chain of codecs. Throws "format" for one that is not known. */
export function codecsOfV2(
  path: string,
  document: JsonObject,
  { endian, size }: { readonly endian: "little" | "big"; readonly size: number },
): readonly CodecMetadata[] {
  const { filters, compressor } = document;
  if (filters !== null && filters !== undefined && !Array.isArray(filters))
    throw formatError(path, "names filters that are no list.");
  const steps = [...((filters as unknown[] | null | undefined) ?? []), ...(compressor ? [compressor] : [])];
  const chain = steps.map((step) => {
    const { id, ...configuration } = objectIn(step) ?? {};
    return { name: `numcodecs.${nameIn(path, id)}`, configuration };
  });
  const bytes = { name: `${ownPrefix}bytes`, configuration: { endian } };
  const transpose = { name: "transpose", configuration: { order: "F" } };
  const known = chain.map((codec) => knownCodec(path, codec));
  return withSize([...(document.order === "F" ? [transpose] : []), bytes, ...known], size);
}

/** The codecs of a `zarr.json`, shards and their indices too. Throws "format" for one that is not known. */
export function codecsOfV3(
  path: string,
  given: unknown,
  chunks: readonly number[],
  itemSize: number,
): { readonly codecs: readonly CodecMetadata[]; readonly indexAtStart: boolean } {
  if (!Array.isArray(given) || given.length === 0) throw formatError(path, "names no codecs.");
  const steps = given.map((step) => {
    const { name, configuration }: JsonObject = objectIn(step) ?? { name: step };
    return { name: nameIn(path, name), configuration: { ...objectIn(configuration) } };
  });
  const size = sizeOf(chunks) * itemSize;
  const shard = steps.find(({ name }) => name === "sharding_indexed");
  if (!shard)
    return {
      indexAtStart: false,
      codecs: withSize(
        steps.map((step) => knownCodec(path, step)),
        size,
      ),
    };
  if (steps.length > 1) throw formatError(path, "has shards inside of other codecs, which are not read.");
  const { chunk_shape, codecs, index_codecs, index_location = "end" } = shard.configuration;
  const inner = listOfLengths(chunk_shape);
  const fits = inner?.length === chunks.length && inner.every((n, i) => n > 0 && (chunks[i] ?? 0) % n === 0);
  if (!inner || !fits) throw formatError(path, "has chunks that do not divide its shards.");
  const configuration = {
    chunk_shape: inner,
    codecs: codecsOfV3(path, codecs, inner, itemSize).codecs,
    index_codecs: codecsOfV3(path, index_codecs, [], 1).codecs.map(withoutSize),
  };
  if (
    [...configuration.codecs, ...configuration.index_codecs].some(({ name }) => name === "sharding_indexed")
  )
    throw formatError(path, "has shards within shards, which are not read.");
  return {
    indexAtStart: index_location === "start",
    codecs: [{ name: "sharding_indexed", configuration }],
  };
}

function nameIn(path: string, name: unknown): string {
  if (typeof name === "string") return name;
  throw formatError(path, `names a codec ${JSON.stringify(name)}, which is no text.`);
}

function knownCodec(path: string, { name, configuration }: CodecMetadata): CodecMetadata {
  const short = name.replace(/^numcodecs\./, "");
  if (ownCodecs.has(short) || short === "bytes")
    return { name: ownPrefix + short, configuration: short === "bytes" ? configuration : {} };
  if (registry.has(name as never) || name === "sharding_indexed") return { name, configuration };
  throw formatError(
    path,
    `is compressed by "${short}", which is not read. Write it with one of ${[...ownCodecs].join(", ")}.`,
  );
}

/** The first codec after the bytes gives a whole chunk when it decodes: it can be held to that size. */
function withSize(chain: readonly CodecMetadata[], size: number): readonly CodecMetadata[] {
  const first = chain.findIndex(({ name }) => name === `${ownPrefix}bytes`) + 1;
  return chain.map((codec, i) =>
    i === first ? { ...codec, configuration: { ...codec.configuration, size } } : codec,
  );
}

function withoutSize({ name, configuration: { size: _, ...configuration } }: CodecMetadata): CodecMetadata {
  return { name, configuration };
}
