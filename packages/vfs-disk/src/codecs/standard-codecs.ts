import { tiffCodec } from "../tiff/tiff-codec.ts";
import type { FileCodec } from "./codec.ts";

/** The formats that every disk knows. */
export const standardCodecs: readonly FileCodec[] = Object.freeze([tiffCodec]);
