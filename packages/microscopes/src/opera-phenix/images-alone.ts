import { baseName, type CallOptions, type PlateIndex, type StorageBackend } from "@platewright/core";
import { findNamedImages, indexNamedImages } from "../named-images.ts";
import { listPlate } from "../plate-files.ts";
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
  const found = await findNamedImages(listPlate(storage, folder, options), (path) =>
    parseHarmonyName(baseName(path)),
  );
  const note =
    "The plate has no Index.idx.xml or Index.xml, so that only the images' names are known: no channel names, no positions, no pixel size. Copy the index beside the images to have them.";
  const about = { layout: "opera-phenix", othersAre: "not named as Harmony names images", notes: [note] };
  return await indexNamedImages(storage, found, about, options);
}
