import {
  type DType,
  isDType,
  type PlateDeclaration as PlateDeclarationForAnyStorage,
  PlatewrightError,
  parseWell,
} from "@platewright/core";
import { type Codec, codecs, type ZarrFormat } from "../codecs/encode-chunk.ts";

/** The range in which a viewer shows a channel. */
export interface DisplayWindow {
  readonly start: number;
  readonly end: number;
}

/** A channel of a plate that is written. */
export interface DeclaredChannel {
  /** As images are numbered: "1", "2", … */
  readonly value: string;
  /** Shown to people. Default: the value. */
  readonly name?: string;
  /** Six hexadecimal digits, red first. Default: from a row of colours, in the order of the channels. */
  readonly color?: string;
  /** Default: from the least to the greatest pixel of each field. */
  readonly window?: DisplayWindow;
}

/**
 * A plate that is about to be written, the same for all who write it. Plain data. Without `plateDimensions` it is the
 * smallest common plate, 6 to 1536 wells, that has all wells; without `chunkSize` (from 16) a chunk is a whole plane up to
 * 2048 × 2048, else 1024 × 1024. Levels of labels are picked, never averaged.
 */
export interface PlateDeclaration extends PlateDeclarationForAnyStorage {
  /** Of OME-Zarr: `"0.4"` on Zarr v2 (default) or `"0.5"` on Zarr v3. */
  readonly version?: "0.4" | "0.5";
  readonly channels: readonly DeclaredChannel[];
  /** [Y, X] of an image. Default: each field's first image says. */
  readonly shape?: readonly [height: number, width: number];
  /** Default: each field's first image says. */
  readonly dtype?: DType;
  /** Sides of a pixel in µm, and the distance of z planes. */
  readonly pixelSize?: { readonly x: number; readonly y: number; readonly z?: number };
  /** Default `"blosc-lz4"`. */
  readonly codec?: Codec;
}

// Smaller ones would make more files than pixels are worth.
const leastChunk = 16;

const commonPlates: readonly (readonly [number, number])[] = [
  [2, 3],
  [3, 4],
  [4, 6],
  [6, 8],
  [8, 12],
  [16, 24],
  [32, 48],
];

/** The version of the Zarr format that a declaration asks for. */
export function formatOf({ version }: PlateDeclaration): ZarrFormat {
  return version === "0.5" ? 3 : 2;
}

/** Rows and columns of the plate that a declaration describes. */
export function dimensionsOf({ plateDimensions, wells }: PlateDeclaration): readonly [number, number] {
  if (plateDimensions) return plateDimensions;
  const rows = Math.max(...wells.map((well) => parseWell(well)?.row ?? 0)) + 1;
  const columns = Math.max(...wells.map((well) => parseWell(well)?.column ?? 0)) + 1;
  return commonPlates.find(([r, c]) => r >= rows && c >= columns) ?? [rows, columns];
}

/** Throws "parameter" for a declaration that can't be written, naming the entry. */
export function checkDeclaration(declaration: PlateDeclaration): void {
  const {
    name,
    version = "0.4",
    wells,
    sites,
    timepoints,
    channels,
    z,
    shape,
    dtype,
    codec = "blosc-lz4",
    chunkSize = leastChunk,
  } = declaration;
  const fail = (what: string): never => {
    throw new PlatewrightError("parameter", `The plate "${name}" can't be written: ${what}`, { name });
  };
  if (version !== "0.4" && version !== "0.5")
    fail(`there is no OME-Zarr ${version} here. Write "0.4" or "0.5".`);
  if (!codecs.includes(codec)) fail(`there is no codec "${codec}". Write one of ${codecs.join(", ")}.`);
  if (codec === "zlib" && version === "0.5") fail('Zarr v3 knows no codec "zlib". Write "gzip".');
  if (!Number.isInteger(chunkSize) || chunkSize < leastChunk)
    fail(
      `chunks can't be ${chunkSize} pixels a side. Write a whole number from ${leastChunk}, or leave it out.`,
    );
  if (dtype !== undefined && !isDType(dtype)) fail(`there is no dtype "${String(dtype)}".`);
  if (shape?.some((length) => !Number.isInteger(length) || length < 1))
    fail(`images can't have the shape (${shape.join(", ")}).`);
  const lists = { wells, sites, timepoints, channels: channels.map(({ value }) => value), z };
  for (const [list, values] of Object.entries(lists)) {
    if (values.length === 0) fail(`it declares no ${list}.`);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined) fail(`it declares "${twice}" twice among its ${list}.`);
  }
  const [rows, columns] = dimensionsOf(declaration);
  for (const well of wells) {
    const place = parseWell(well);
    if (!place) fail(`"${well}" names no well. Wells are named like "A01".`);
    else if (place.row >= rows || place.column >= columns)
      fail(`well ${well} does not lie on a plate of ${rows} × ${columns} wells.`);
  }
  const color = channels.find(
    (channel) => channel.color !== undefined && !/^[0-9a-f]{6}$/i.test(channel.color),
  );
  if (color) fail(`"${color.color}" is no colour. Write six hexadecimal digits, as in "FF8000".`);
}
