import {
  type ArrayDescription,
  type CallOptions,
  type DType,
  isPlatewrightError,
  messageOf,
  type PixelSize,
  type PlateImage,
  type PlateIndex,
  type StorageBackend,
} from "@platewright/core";
import { agreedNames } from "./agreed-names.ts";
import { mapLimited } from "./map-limited.ts";
import { countOf } from "./notes.ts";

/** What the first readable image of each channel and of each well say of all of them. */
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
  readonly unreadable?: readonly Failure[];
  readonly notes: readonly string[];
}

/** A damaged first image is likely; a plate of which this many are damaged has no first image to trust. */
const attempts = 8;
const failuresTold = 3;
const filesAtOnce = 16;
/** More channels than any microscope has are a part of the names that was taken for the channel. */
const mostChannels = 64;

type Failure = NonNullable<PlateIndex["unreadable"]>[number];

interface Described {
  readonly image: PlateImage;
  readonly found: ArrayDescription;
}

/**
 * Describes the first image that can be described, without its pixels, the first one of each further channel, and that of
 * its channel in each further well: a header takes a fraction of a millisecond. Nothing is said where none can be, and no
 * pixel size where there are several.
 */
export async function describeImages(
  storage: StorageBackend,
  images: readonly PlateImage[],
  options: CallOptions | undefined,
): Promise<ImageFacts> {
  const { describeArray } = storage;
  if (!describeArray) return { notes: [] };
  const failures: Failure[] = [];
  const tried = new Set<PlateImage>();
  const describe = async (image: PlateImage): Promise<Described | undefined> => {
    tried.add(image);
    try {
      return { image, found: await describeArray.call(storage, image.path, options) };
    } catch (error) {
      if (isPlatewrightError(error, "cancelled")) throw error;
      const message = messageOf(error);
      const path = `"${image.path}"`;
      const reason = message.startsWith(path) ? message : `${path} cannot be described: ${message}`;
      failures.push({ path: image.path, reason });
    }
  };
  let first: Described | undefined;
  for (const image of images.slice(0, attempts)) first ??= await describe(image);
  if (!first) return { notes: noteOnFailures(failures) };
  const isNew = (image: PlateImage): boolean => !tried.has(image);
  const channels: Described[] = [];
  for (const image of firstOfChannels(images, first.image.channel).filter(isNew)) {
    const described = await describe(image);
    if (described) channels.push(described);
  }
  const wells = await mapLimited(firstOfWells(images, first.image).filter(isNew), filesAtOnce, describe);
  const ofWells = wells.filter((described) => described !== undefined);
  return toFacts({ first, channels, wells: ofWells }, failures);
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

/** The first image of the channel in each further well. */
function firstOfWells(images: readonly PlateImage[], { well, channel }: PlateImage): readonly PlateImage[] {
  const byWell = new Map<string, PlateImage>();
  for (const image of images)
    if (image.well !== well && image.channel === channel && !byWell.has(image.well))
      byWell.set(image.well, image);
  return [...byWell.values()];
}

function noteOnFailures([first, ...others]: readonly Failure[]): readonly string[] {
  if (first === undefined || others.length === 0) return first === undefined ? [] : [first.reason];
  return [first.reason, `Nor can the ${countOf(others.length, "image")} after it be described.`];
}

interface Looked {
  readonly first: Described;
  /** One of each further channel. */
  readonly channels: readonly Described[];
  /** Those of the first one's channel in other wells. */
  readonly wells: readonly Described[];
}

function toFacts({ first, channels, wells }: Looked, failures: readonly Failure[]): ImageFacts {
  const { found } = first;
  const all = [first, ...channels, ...wells];
  const [height, width] = found.shape.slice(-2);
  const several = all.find((described) => countPages(described) > 1);
  const { pixelSize, notes } = pixelSizeOf(all);
  const named = namesOf(all);
  return {
    dtype: found.dtype,
    ...(height !== undefined && width !== undefined && { shape: [height, width] as const }),
    ...(pixelSize && { pixelSize }),
    ...(named.channelNames && { channelNames: named.channelNames }),
    ...(several && {
      pages: { path: several.image.path, count: countPages(several), places: several.found.pages },
    }),
    ...(failures.length > 0 && { unreadable: failures }),
    notes: [
      ...noteOnSomeFailures(failures.map(({ reason }) => reason)),
      // What one file lacks, those of the other channels lack too.
      ...(all.find(({ found }) => found.notes)?.found.notes ?? []),
      ...noteOnUnlike("channels", [first, ...channels]),
      ...noteOnUnlike("wells", [first, ...wells]),
      ...notes,
      // Where files hold several pages, all of them are asked.
      ...(several ? [] : named.notes),
    ],
  };
}

function noteOnSomeFailures(failures: readonly string[]): readonly string[] {
  const more = failures.length - failuresTold;
  return more > 0
    ? [...failures.slice(0, failuresTold), `${countOf(more, "more image")} cannot be described.`]
    : failures;
}

function countPages({ found: { shape } }: Described): number {
  return shape.slice(0, -2).reduce((product, length) => product * length, 1);
}

/** A sentence on channels or wells whose images are of another size or dtype than the first one's. */
function noteOnUnlike(which: "channels" | "wells", all: readonly Described[]): readonly string[] {
  const words = all.map(({ found: { shape, dtype } }) => `${shape.slice(-2).reverse().join(" × ")} ${dtype}`);
  const other = words.findIndex((word) => word !== words[0]);
  if (other < 0) return [];
  return [
    `The ${which}' images differ: "${all[0]?.image.path}" is ${words[0]}, "${all[other]?.image.path}" ${words[other]}.${which === "wells" ? " Memory is told for the first." : ""}`,
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
function namesOf(all: readonly Described[]): Pick<ImageFacts, "channelNames" | "notes"> {
  const found = new Map<string, Set<string>>();
  for (const described of all) {
    const { channelNames = [] } = described.found;
    for (const [i, name] of channelNames.entries()) {
      const channel = channelNames.length === 1 ? described.image.channel : String(i + 1);
      if (name !== undefined) found.set(channel, (found.get(channel) ?? new Set()).add(name));
    }
  }
  return agreedNames(found);
}
