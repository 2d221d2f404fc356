import { type ArrayDescription, type CallOptions, isPlatewrightError, messageOf } from "@platewright/core";
import { type CodecFile, type FileCodec, readWhole } from "../codecs/codec.ts";
import { encodeTiffPieces } from "./encode-tiff.ts";
import { describeOme } from "./ome-description.ts";
import { type OmeDocument, parseOme } from "./ome-document.ts";
import { pageIndexOf } from "./page-index.ts";
import { describe, readArray, readDescription } from "./read-tiff.ts";
import { openTiffSource, runOnFile, type TiffSource } from "./reading.ts";

/** Reads and writes .tif and .tiff files. */
export const tiffCodec: FileCodec = {
  kind: "codec",
  name: "TIFF",
  endings: [".tif", ".tiff"],
  describeArray: describeTiffFile,
  readArray(file, options) {
    const source = openFile(file);
    return runOnFile(readArray(source, options), source, file, options.signal);
  },
  encodeArray(_name, array, options) {
    return encodeTiffPieces(array, options);
  },
};

function openFile({ name, size, identity }: CodecFile): TiffSource {
  return openTiffSource(name, size, pageIndexOf(identity));
}

/** Describes a file, by the OME-XML of another beside it where it leaves its metadata to that. */
async function describeTiffFile(file: CodecFile, { signal }: CallOptions): Promise<ArrayDescription> {
  const source = openFile(file);
  const { description, reference } = await runOnFile(describe(source), source, file, signal);
  if (reference === undefined) return description;
  const { shape, dtype } = description;
  const name = reference.metadataFile.replace(/^.*[/\\]/, "");
  const told = await readOmeXml(file, name, signal);
  if ("document" in told) {
    const pages = shape.length > 2 ? (shape[0] ?? 1) : 1;
    return { shape, dtype, ...describeOme(told.document, pages, { name: file.name, uuid: reference.uuid }) };
  }
  const note = `${JSON.stringify(file.name)} leaves what it is to "${name}", which ${told.why}: no channel names, no pixel size.`;
  const { pages: _, ...known } = description;
  return { ...known, notes: [note] };
}

/** The OME-XML of a companion file, or of the file of a set that bears it for all. */
async function readOmeXml(
  file: CodecFile,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly document: OmeDocument } | { readonly why: string }> {
  try {
    const document = await file.beside?.(name, async (other) => {
      if (!/\.tiff?$/i.test(name)) return parseOme(new TextDecoder().decode(await readWhole(other)));
      const source = openFile(other);
      return parseOme(await runOnFile(readDescription(source), source, other, signal));
    });
    return document === undefined ? { why: "is not beside it" } : { document };
  } catch (error) {
    if (isPlatewrightError(error, "cancelled")) throw error;
    return { why: `can't be read (${messageOf(error).replace(/\.$/, "")})` };
  }
}
