import type { ArrayDescription, HostArray } from "@platewright/core";
import { createPageIndex } from "./page-index.ts";
import { describe, readArray, type TiffReadOptions } from "./read-tiff.ts";
import { openTiffSource, runInMemory } from "./reading.ts";

/** How the bytes of a TIFF are decoded. */
export interface DecodeTiffOptions extends TiffReadOptions {
  /** The file's name, for messages. Default: "TIFF". */
  readonly name?: string;
}

/**
 * Decodes the bytes of a TIFF: [Y, X] for one page, [pages, Y, X] for several. `plane` picks a page, `into` says where
 * the pixels go. Throws "format" for what is damaged or of a kind that is not read.
 */
export function decodeTiff(bytes: Uint8Array, options: DecodeTiffOptions = {}): HostArray {
  const source = openTiffSource(options.name ?? "TIFF", bytes.length, createPageIndex());
  return runInMemory(readArray(source, options), source, bytes);
}

/** Shape, dtype and, where the file says so, pixel size (µm) of a TIFF. Throws as `decodeTiff`. */
export function describeTiff(
  bytes: Uint8Array,
  options: Pick<DecodeTiffOptions, "name"> = {},
): ArrayDescription {
  const source = openTiffSource(options.name ?? "TIFF", bytes.length, createPageIndex());
  return runInMemory(describe(source), source, bytes).description;
}
