import type { FileCodec } from "../codecs/codec.ts";
import { encodeTiffPieces } from "./encode-tiff.ts";
import { describe, readArray } from "./read-tiff.ts";
import { openTiffSource, runOnFile } from "./reading.ts";

/** Reads and writes .tif and .tiff files. */
export const tiffCodec: FileCodec = {
  kind: "codec",
  name: "TIFF",
  endings: [".tif", ".tiff"],
  describeArray(file, { signal }) {
    const source = openTiffSource(file.name, file.size);
    return runOnFile(describe(source), source, file, signal);
  },
  readArray(file, options) {
    const source = openTiffSource(file.name, file.size);
    return runOnFile(readArray(source, options), source, file, options.signal);
  },
  encodeArray(_name, array, options) {
    return encodeTiffPieces(array, options);
  },
};
