export type { CodecFile, FileCodec } from "./codecs/codec.ts";
export type { DiskOptions } from "./disk.ts";
export { disk } from "./disk.ts";
export type { DecodeTiffOptions } from "./tiff/decode-tiff.ts";
export { decodeTiff, describeTiff } from "./tiff/decode-tiff.ts";
export type { EncodeTiffOptions } from "./tiff/encode-tiff.ts";
export { encodeTiff } from "./tiff/encode-tiff.ts";
