import {
  baseName,
  type CallOptions,
  type PlateImage,
  type PlateIndex,
  type StorageBackend,
} from "@platewright/core";
import { findGaps, sortUniqueImages, wellsOf } from "../images.ts";
import { noteOnLesserChannels } from "../lesser-channels.ts";
import { addTo, createTally, noteOnLesserWells, noteOnOthers } from "../notes.ts";
import { describePlate } from "../pages.ts";
import { listPlate } from "../plate-files.ts";
import { folderName } from "../storage.ts";
import { parseHarmonyName } from "./names.ts";

const imageFolders = ["", "Images"];

/** The first file that bears a name of Harmony, in the plate's folder or its `Images`; `undefined` where none does. */
export async function findHarmonyName(
  storage: StorageBackend,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  for (const folder of imageFolders)
    for await (const { path, kind } of listPlate(storage, folder, options))
      if (kind === "file" && parseHarmonyName(baseName(path))) return path;
  return undefined;
}

/** The index of a plate whose images were copied without Harmony's own: what their names say, and nothing more. */
export async function indexByNames(
  storage: StorageBackend,
  first: string,
  options: CallOptions | undefined,
): Promise<PlateIndex> {
  const folder = first.slice(0, Math.max(first.lastIndexOf("/"), 0));
  const found: PlateImage[] = [];
  const others = createTally();
  for await (const { path, kind } of listPlate(storage, folder, options)) {
    if (kind !== "file") continue;
    const key = parseHarmonyName(baseName(path));
    if (key) found.push({ ...key, path });
    else addTo(others, path);
  }
  const unique = sortUniqueImages(found, storage.location);
  const { images, facts: described } = await describePlate(storage, unique, options);
  const { notes, ...facts } = described;
  return {
    layout: "opera-phenix",
    name: folderName(storage),
    wells: wellsOf(images),
    images,
    projections: [],
    ...facts,
    missing: findGaps(images),
    notes: [
      "The plate has no Index.idx.xml or Index.xml, so that only the images' names are known: no channel names, no positions, no pixel size. Copy the index beside the images to have them.",
      ...noteOnLesserWells(images),
      ...noteOnLesserChannels(images),
      ...noteOnOthers(others, "not named as Harmony names images"),
      ...notes,
    ],
  };
}
