import {
  type ArrayDescription,
  type CallOptions,
  isPlatewrightError,
  type PagePlace,
  type PlateImage,
  type StorageBackend,
  throwIfAborted,
} from "@platewright/core";
import { agreedNames } from "./agreed-names.ts";
import { describeImages, type ImageFacts } from "./describe.ts";
import { sortImages } from "./images.ts";
import { mapLimited } from "./map-limited.ts";
import { countOf, listOf } from "./notes.ts";

const filesAtOnce = 16;

const nouns = { z: "z planes", channel: "channels", timepoint: "timepoints" } as const;
const parts = ["z", "channel", "timepoint"] as const;

/** The images of a plate, a file of several pages as an image for each, and what the first says of all. */
export interface DescribedImages {
  readonly images: readonly PlateImage[];
  readonly facts: Omit<ImageFacts, "pages">;
}

/**
 * Describes a plate's first image and, where it holds several pages, every file: a page becomes the z plane, channel and
 * timepoint that the file says, and a z plane where it says nothing. Files whose names number what their pages are too
 * are left as they are, with a note.
 */
export async function describePlate(
  storage: StorageBackend,
  images: readonly PlateImage[],
  options: CallOptions | undefined,
): Promise<DescribedImages> {
  const { pages, channelNames, ...facts } = await describeImages(storage, images, options);
  if (pages === undefined) return { images, facts: { ...facts, ...(channelNames && { channelNames }) } };
  const { path } = pages;
  const left = (why: string): DescribedImages => ({
    images,
    facts: { ...facts, notes: [...facts.notes, `"${path}" holds ${pages.count} pages${why}`] },
  });
  if (pages.places?.length === 0)
    return left(", and what it says of them doesn't fit. Save each page as an image of its own.");
  const files = await describeAll(storage, images, pages, options);
  const varying = parts.filter((part) => files.some(({ places }) => places.some((place) => place[part] > 0)));
  const named = varying.filter((part) => images.some((image) => image[part] !== "1"));
  if (named.length > 0) {
    const nounsOfNamed = listOf(named.map((part) => nouns[part]));
    return left(
      ` of ${nounsOfNamed}, which the files' names number too. Save each page as an image of its own.`,
    );
  }
  const spread = images.flatMap((image, i) =>
    (files[i]?.places ?? []).map((place, page) => ({ ...image, ...valuesOf(place, varying), plane: [page] })),
  );
  const what = listOf(varying.map((part) => nouns[part]));
  const guess = pages.places === undefined ? ", for the files don't say what they are" : "";
  const several = files.filter(({ places }) => places.length > 1).length;
  const which =
    several === files.length
      ? "The files hold several pages each"
      : `${several} of ${countOf(files.length, "file")} ${several === 1 ? "holds" : "hold"} several pages`;
  const note = `${which}, such as "${path}" with ${pages.count}. They are taken for ${what}${guess}.`;
  const said = namesIn(images, files, varying.includes("channel"));
  return {
    images: sortImages(spread),
    facts: {
      ...facts,
      ...(said.channelNames && { channelNames: said.channelNames }),
      notes: [...facts.notes, note, ...said.notes],
    },
  };
}

/** The names that all files give their channels. */
function namesIn(
  images: readonly PlateImage[],
  files: readonly DescribedFile[],
  byPage: boolean,
): Pick<DescribedImages["facts"], "channelNames" | "notes"> {
  const found = new Map<string, Set<string>>();
  for (const [i, { names }] of files.entries()) {
    for (const [channel, name] of names.entries()) {
      const value = byPage ? String(channel + 1) : (images[i]?.channel ?? "1");
      if (name !== undefined) found.set(value, (found.get(value) ?? new Set()).add(name));
    }
  }
  return agreedNames(found);
}

function valuesOf(
  place: PagePlace,
  varying: readonly (keyof PagePlace)[],
): { readonly [P in keyof PagePlace]?: string } {
  return Object.fromEntries(varying.map((part) => [part, String(place[part] + 1)]));
}

interface DescribedFile {
  readonly places: readonly PagePlace[];
  readonly names: readonly (string | undefined)[];
}

/** What the pages and channels of each file are. A file that can't be described is taken for one like the first: reading it says why. */
async function describeAll(
  storage: StorageBackend,
  images: readonly PlateImage[],
  first: NonNullable<ImageFacts["pages"]>,
  options: CallOptions | undefined,
): Promise<readonly DescribedFile[]> {
  const otherwise = first.places ?? asPlanes(first.count);
  return await mapLimited(images, filesAtOnce, async ({ path }): Promise<DescribedFile> => {
    throwIfAborted(options?.signal);
    try {
      const description = await storage.describeArray?.(path, options);
      return { places: placesIn(description, otherwise), names: description?.channelNames ?? [] };
    } catch (error) {
      if (isPlatewrightError(error, "cancelled")) throw error;
      return { places: otherwise, names: [] };
    }
  });
}

function placesIn(
  description: ArrayDescription | undefined,
  otherwise: readonly PagePlace[],
): readonly PagePlace[] {
  if (!description) return otherwise;
  const [count = 1] = description.shape.length === 3 ? description.shape : [];
  if (count === 1 || description.pages === undefined) return asPlanes(count);
  return description.pages.length === 0 ? otherwise : description.pages;
}

function asPlanes(count: number): readonly PagePlace[] {
  return Array.from({ length: count }, (_, z) => ({ z, channel: 0, timepoint: 0 }));
}
