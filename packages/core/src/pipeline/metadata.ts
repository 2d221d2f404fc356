/** What the plate can tell a function that asks for it in `specialInputs`; a resolver adds its key by declaration merging. */
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
