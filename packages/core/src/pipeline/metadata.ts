import type { Awaitable } from "../memory/memory-type.ts";
import type { Plate } from "../plate/plate.ts";

/** What the plate can tell a function that asks for it in `specialInputs`; a resolver's package adds its key by declaration merging. */
export interface Metadata {
  /** Side of one pixel in the specimen, in µm. */
  readonly pixelSize: number;
  /** Rows and columns of sites in a well. */
  readonly gridDimensions: readonly [rows: number, columns: number];
  /** Names of the channels by their numbers. */
  readonly channelNames: { readonly [channel: string]: string };
}

/** The name of a metadata value, such as `"pixelSize"`. */
export type MetadataKey = keyof Metadata & string;

/** A plugin that finds out one metadata value of a plate, while a pipeline that asks for it is compiled. */
export interface MetadataResolver<K extends MetadataKey = MetadataKey> {
  readonly kind: "metadata";
  readonly key: K;
  /** The value, as plain data that JSON keeps; `undefined` where the plate does not tell. May read files of the plate, but no pixels. */
  resolve(plate: Plate): Awaitable<Metadata[K] | undefined>;
}

/** A resolver of any key. */
export type AnyMetadataResolver = { readonly [K in MetadataKey]: MetadataResolver<K> }[MetadataKey];

const pixelSize: MetadataResolver<"pixelSize"> = {
  kind: "metadata",
  key: "pixelSize",
  // Pixels that are not square have no single size.
  resolve({ index: { pixelSize: size } }) {
    return size && Math.abs(size.x - size.y) <= 1e-3 * size.x ? size.x : undefined;
  },
};

const gridDimensions: MetadataResolver<"gridDimensions"> = {
  kind: "metadata",
  key: "gridDimensions",
  resolve: ({ index }) => index.gridDimensions,
};

const channelNames: MetadataResolver<"channelNames"> = {
  kind: "metadata",
  key: "channelNames",
  resolve: ({ index }) => index.channelNames,
};

/** What every plate's index tells. A plugin with one of these keys takes the place of the resolver here. */
export const standardMetadata: readonly AnyMetadataResolver[] = Object.freeze([
  pixelSize,
  gridDimensions,
  channelNames,
]);
