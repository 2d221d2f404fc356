/** The TIFF tags that are read or written (TIFF 6.0, BigTIFF, and the registered ones of Harmony). */
export const tags = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  software: 305,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
  harmonyMetadata: 65_500,
} as const;

const compressions: Readonly<Record<number, string>> = {
  2: "CCITT Huffman",
  3: "CCITT fax 3",
  4: "CCITT fax 4",
  6: "old-style JPEG",
  7: "JPEG",
  9: "JBIG",
  10: "JBIG",
  32_809: "ThunderScan",
  33_003: "JPEG 2000",
  33_004: "JPEG 2000",
  33_005: "JPEG 2000",
  34_676: "SGI LogLuv",
  34_712: "JPEG 2000",
  34_887: "LERC",
  34_925: "LZMA",
  34_926: "zstd",
  34_927: "WebP",
  34_934: "PNG",
  50_000: "zstd",
  50_001: "WebP",
  50_002: "JPEG XL",
};

const photometrics: Readonly<Record<number, string>> = {
  2: "RGB colour",
  3: "a colour palette",
  4: "a transparency mask",
  5: "CMYK colour",
  6: "YCbCr colour",
  8: "CIE Lab colour",
  9: "ICC Lab colour",
  10: "ITU Lab colour",
  32_803: "a colour filter array",
  34_892: "linear raw colour",
};

/** A compression that is not read, as a person would call it. */
export function compressionName(code: number): string {
  return compressions[code] ?? `number ${code}`;
}

/** A photometric interpretation that is not read, as a person would call it. */
export function photometricName(code: number): string {
  return photometrics[code] ?? `photometric interpretation ${code}`;
}
