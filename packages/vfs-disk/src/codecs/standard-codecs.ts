import { npyCodec } from "../npy/npy.ts";
import { pngCodec } from "../png/png.ts";
import { roiZipCodec } from "../roi/roi-zip.ts";
import { csvCodec } from "../table/csv.ts";
import { jsonCodec } from "../table/json.ts";
import { tiffCodec } from "../tiff/tiff-codec.ts";
import type { FileCodec } from "./codec.ts";

/** The formats that every disk knows. */
export const standardCodecs: readonly FileCodec[] = Object.freeze([
  tiffCodec,
  pngCodec,
  npyCodec,
  jsonCodec,
  csvCodec,
  roiZipCodec,
]);
