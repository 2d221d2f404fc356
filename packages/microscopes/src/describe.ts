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

/** What the first readable image of each channel says of all of them. */
export interface ImageFacts {
  /** [Y, X], pixels. */
  readonly shape?: readonly [height: number, width: number];
  readonly dtype?: DType;
  readonly pixelSize?: PixelSize;
  /** By channel value, as the files number them: of a file of several channels, "1" is the first. */
  readonly channelNames?: Readonly<Record<string, string>>;
  /** Of the first file that holds several pages: how many, and what each is, as `ArrayDescription.pages`. */
  readonly pages?: {
    readonly path: string;
    readonly count: number;
    readonly places: ArrayDescription["pages"];
  };
  readonly notes: readonly string[];
}

/** A damaged first image is likely; a plate of which this many are damaged has no first image to trust. */
const attempts = 8;
/** More channels than any microscope has are a part of the names that was taken for the channel. */
const mostChannels = 64;

interface Described {
  readonly image: PlateImage;
  readonly found: ArrayDescription;
}

/**
 * Describes the first image that can be described, without its pixels, and the first one of each further channel.
 * Nothing is said where none can be, and no pixel size where channels have several.
 */
export async function describeImages(
  storage: StorageBackend,
  images: readonly PlateImage[],
  options: CallOptions | undefined,
): Promise<ImageFacts> {
  const { describeArray } = storage;
  if (!describeArray) return { notes: [] };
  const failures: string[] = [];
  const describe = async (image: PlateImage): Promise<Described | undefined> => {
    try {
      return { image, found: await describeArray.call(storage, image.path, options) };
    } catch (error) {
      if (isPlatewrightError(error, "cancelled")) throw error;
      const message = messageOf(error);
      const path = `"${image.path}"`;
      failures.push(message.startsWith(path) ? message : `${path} cannot be described: ${message}`);
    }
  };
  let first: Described | undefined;
  for (const image of images.slice(0, attempts)) first ??= await describe(image);
  if (!first) return { notes: noteOnFailures(failures) };
  const others: Described[] = [];
  for (const image of firstOfChannels(images, first.image.channel)) {
    const described = await describe(image);
    if (described) others.push(described);
  }
  return toFacts([first, ...others], failures);
}

function firstOfChannels(images: readonly PlateImage[], but: string): readonly PlateImage[] {
  const byChannel = new Map<string, PlateImage>();
  for (const image of images) {
    if (image.channel === but || byChannel.has(image.channel)) continue;
    byChannel.set(image.channel, image);
    if (byChannel.size > mostChannels) return [];
  }
  return [...byChannel.values()];
}

function noteOnFailures([first, ...others]: readonly string[]): readonly string[] {
  if (first === undefined || others.length === 0) return first === undefined ? [] : [first];
  return [first, `Nor can the ${countOf(others.length, "image")} after it be described.`];
}

function toFacts(all: readonly [Described, ...Described[]], failures: readonly string[]): ImageFacts {
  const [{ found }] = all;
  const [height, width] = found.shape.slice(-2);
  const several = all.find((described) => countPages(described) > 1);
  const { pixelSize, notes } = pixelSizeOf(all);
  const channelNames = namesOf(all);
  return {
    dtype: found.dtype,
    ...(height !== undefined && width !== undefined && { shape: [height, width] as const }),
    ...(pixelSize && { pixelSize }),
    ...(channelNames && { channelNames }),
    ...(several && {
      pages: { path: several.image.path, count: countPages(several), places: several.found.pages },
    }),
    notes: [
      ...failures,
      // What one file lacks, those of the other channels lack too.
      ...(all.find(({ found }) => found.notes)?.found.notes ?? []),
      ...noteOnUnlike(all),
      ...notes,
    ],
  };
}

function countPages({ found: { shape } }: Described): number {
  return shape.slice(0, -2).reduce((product, length) => product * length, 1);
}

/** A sentence on a channel whose images are of another size or dtype than the first one's. */
function noteOnUnlike(all: readonly Described[]): readonly string[] {
  const words = all.map(({ found: { shape, dtype } }) => `${shape.slice(-2).reverse().join(" × ")} ${dtype}`);
  const other = words.findIndex((word) => word !== words[0]);
  if (other < 0) return [];
  return [
    `The channels' images differ: "${all[0]?.image.path}" is ${words[0]}, "${all[other]?.image.path}" ${words[other]}.`,
  ];
}

function pixelSizeOf(all: readonly Described[]): {
  readonly pixelSize?: PixelSize;
  readonly notes: readonly string[];
} {
  const sizes = all.flatMap(({ image, found: { pixelSize } }) => (pixelSize ? [{ image, pixelSize }] : []));
  const [first] = sizes;
  if (!first) return { notes: [] };
  const { x, y } = first.pixelSize;
  const other = sizes.find(({ pixelSize }) => !isNear(pixelSize.x, x) || !isNear(pixelSize.y, y));
  if (!other) return { pixelSize: { x, y, unit: "µm" }, notes: [] };
  const note = `The files give different pixel sizes, so that none is taken: "${first.image.path}" ${x} µm, "${other.image.path}" ${other.pixelSize.x} µm.`;
  return { notes: [note] };
}

/** Writers round: sides that agree to a ten-thousandth are one. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-4 * b;
}

/** A file of one channel names that of its own key; one of several numbers them itself. */
function namesOf(all: readonly Described[]): ImageFacts["channelNames"] {
  const names: Record<string, string> = {};
  for (const { image, found } of all) {
    const { channelNames = [] } = found;
    for (const [i, name] of channelNames.entries())
      if (name !== undefined) names[channelNames.length === 1 ? image.channel : String(i + 1)] ??= name;
  }
  return Object.keys(names).length > 0 ? names : undefined;
}
