import { baseName, type CallOptions, PlatewrightError, type StorageBackend } from "@platewright/core";
import { addTo, createTally, type Tally } from "../notes.ts";
import { listPlate } from "../plate-files.ts";
import { type ImageName, readName } from "./names.ts";

/** Where in a plate a folder lies. */
interface Place {
  /** The folder that holds the TimePoint folders: the root, or `<date>/<id>` of a database. */
  readonly base: string;
  readonly timepoint: string | undefined;
  readonly zStep: string | undefined;
}

/** An image and where it lies. */
export interface ImageFile {
  readonly path: string;
  readonly name: ImageName;
  readonly place: Place;
}

/** What lies in an ImageXpress plate. */
export interface PlateFiles {
  readonly images: readonly ImageFile[];
  /** HTD files beside the TimePoint folders, then those in them; the ones in ZStep folders are copies. */
  readonly htds: readonly string[];
  readonly thumbnails: Tally;
  readonly others: Tally;
}

const timepointFolder = /^TimePoint_(\d+)$/i;
const zStepFolder = /^ZStep_(\d+)$/i;

/** Whether a folder's name is one of a timepoint. */
export const isTimepointFolder = (name: string): boolean => timepointFolder.test(name);
/** Whether a folder's name is one of a z step. */
export const isZStepFolder = (name: string): boolean => zStepFolder.test(name);
/** Whether a folder's name is a date as the database names them. */
export const isDateFolder = (name: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(name);
/** Whether a folder's name is a plate's number in the database. */
export const isIdFolder = (name: string): boolean => /^\d+$/.test(name);
/** Whether a file is an HTD file. */
export const isHtd = (name: string): boolean => /\.htd$/i.test(name);

/** Sorts every file of a plate into images, HTD files, thumbnails and others. Throws "plate" where several plates lie there. */
export async function findFiles(
  storage: StorageBackend,
  options: CallOptions | undefined,
): Promise<PlateFiles> {
  const images: ImageFile[] = [];
  const htds: { readonly path: string; readonly place: Place }[] = [];
  const thumbnails = createTally();
  const others = createTally();
  const places = new Map<string, Place | undefined>();
  for await (const { path, kind } of listPlate(storage, "", { ...options, recursive: true })) {
    if (kind !== "file") continue;
    const place = remember(places, path);
    const fileName = baseName(path);
    const name = readName(fileName);
    if (place && isHtd(fileName)) htds.push({ path, place });
    else if (!place || !name) addTo(others, path);
    else if (name.thumbnail) addTo(thumbnails, path);
    else images.push({ path, name, place });
  }
  const base = findBase(images, storage.location);
  return { images, htds: topmost(htds, base), thumbnails, others };
}

function remember(places: Map<string, Place | undefined>, path: string): Place | undefined {
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  if (!places.has(folder)) places.set(folder, placeOf(folder));
  return places.get(folder);
}

function placeOf(folder: string): Place | undefined {
  const names = folder === "" ? [] : folder.split("/");
  const zStep = zStepFolder.exec(names.at(-1) ?? "")?.[1];
  if (zStep !== undefined) names.pop();
  const timepoint = timepointFolder.exec(names.at(-1) ?? "")?.[1];
  if (timepoint !== undefined) names.pop();
  return isBase(names) ? { base: names.join("/"), timepoint, zStep } : undefined;
}

function isBase([first, second, ...rest]: readonly string[]): boolean {
  if (rest.length > 0) return false;
  if (first === undefined) return true;
  return second === undefined ? isIdFolder(first) : isDateFolder(first) && isIdFolder(second);
}

function findBase(images: readonly ImageFile[], location: string): string {
  const bases = [...new Set(images.map(({ place }) => place.base))];
  if (bases.length > 1) {
    const names = bases.map((base) => (base === "" ? "the folder itself" : `"${base}"`));
    throw new PlatewrightError(
      "plate",
      `${location} holds ${bases.length} plates: ${names.join(", ")}. Give the folder of one of them.`,
      { bases },
    );
  }
  return bases[0] ?? "";
}

function topmost(htds: readonly { readonly path: string; readonly place: Place }[], base: string): string[] {
  const own = htds.filter(({ place }) => place.base === base);
  const beside = own.filter(({ place }) => place.timepoint === undefined && place.zStep === undefined);
  const within = own.filter(({ place }) => place.timepoint !== undefined && place.zStep === undefined);
  const found = [...beside, ...within];
  return (found.length > 0 ? found : own).map(({ path }) => path);
}
