import {
  type ArrayDescription,
  type CallOptions,
  type DType,
  isPlatewrightError,
  messageOf,
  type PixelSize,
  type PlateImage,
  type StorageBackend,
} from "@platewright/core";
import { countOf } from "./notes.ts";

/** What the first readable image says of all of them. */
export interface ImageFacts {
  /** [Y, X], pixels. */
  readonly shape?: readonly [height: number, width: number];
  readonly dtype?: DType;
  readonly pixelSize?: PixelSize;
  /** Where that file holds several pages: how many, and what each is, as `ArrayDescription.pages`. */
  readonly pages?: {
    readonly path: string;
    readonly count: number;
    readonly places: ArrayDescription["pages"];
  };
  readonly notes: readonly string[];
}

/** A damaged first image is likely; a plate of which this many are damaged has no first image to trust. */
const attempts = 8;

/** Describes the first image that can be described, without its pixels. Nothing is said where none can be. */
export async function describeImages(
  storage: StorageBackend,
  images: readonly PlateImage[],
  options: CallOptions | undefined,
): Promise<ImageFacts> {
  if (!storage.describeArray) return { notes: [] };
  const notes: string[] = [];
  for (const { path } of images.slice(0, attempts)) {
    try {
      return toFacts(await storage.describeArray(path, options), path, notes);
    } catch (error) {
      if (isPlatewrightError(error, "cancelled")) throw error;
      const message = messageOf(error);
      notes.push(message.startsWith(`"${path}"`) ? message : `"${path}" cannot be described: ${message}`);
    }
  }
  const [first, ...others] = notes;
  if (first === undefined || others.length === 0) return { notes };
  return { notes: [first, `Nor can the ${countOf(others.length, "image")} after it be described.`] };
}

function toFacts(
  { shape, dtype, pixelSize, pages: places }: ArrayDescription,
  path: string,
  notes: readonly string[],
): ImageFacts {
  const [height, width] = shape.slice(-2);
  const count = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  return {
    dtype,
    ...(height !== undefined && width !== undefined && { shape: [height, width] as const }),
    ...(pixelSize && { pixelSize: { x: pixelSize.x, y: pixelSize.y, unit: "µm" as const } }),
    ...(count > 1 && { pages: { path, count, places } }),
    notes,
  };
}
