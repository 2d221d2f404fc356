import type { CallOptions, Entry, ImageKey, PlateImage, PlateIndex, StorageBackend } from "@platewright/core";
import { findGaps, sortUniqueImages, wellsOf } from "./images.ts";
import { noteOnLesserChannels } from "./lesser-channels.ts";
import { addTo, createTally, noteOnLesserWells, noteOnManyGaps, noteOnOthers, type Tally } from "./notes.ts";
import { describePlate } from "./pages.ts";
import { folderName } from "./storage.ts";

/** The files whose names say which images they are, and how many others lie among them. */
export interface NamedImages {
  readonly images: readonly PlateImage[];
  readonly others: Tally;
}

/** Takes those of a folder's files that `read` knows. */
export async function findNamedImages(
  entries: AsyncIterable<Entry>,
  read: (path: string) => ImageKey | undefined,
): Promise<NamedImages> {
  const images: PlateImage[] = [];
  const others = createTally();
  for await (const { path, kind } of entries) {
    if (kind !== "file") continue;
    const key = read(path);
    if (key) images.push({ ...key, path });
    else addTo(others, path);
  }
  return { images, others };
}

/** The index of a plate of which only the images' names are known. `othersAre` says what its other files are; notes of the layout come first. */
export async function indexNamedImages(
  storage: StorageBackend,
  { images: found, others }: NamedImages,
  { layout, othersAre, notes }: Pick<PlateIndex, "layout" | "notes"> & { readonly othersAre: string },
  options: CallOptions | undefined,
): Promise<PlateIndex> {
  const unique = sortUniqueImages(found, storage.location);
  const { images, facts: described } = await describePlate(storage, unique, options);
  const { notes: seen, ...facts } = described;
  const missing = findGaps(images);
  return {
    layout,
    name: folderName(storage),
    wells: wellsOf(images),
    images,
    projections: [],
    ...facts,
    missing,
    notes: [
      ...notes,
      ...noteOnLesserWells(images),
      ...noteOnLesserChannels(images),
      ...noteOnManyGaps(missing),
      ...noteOnOthers(others, othersAre),
      ...seen,
    ],
  };
}
