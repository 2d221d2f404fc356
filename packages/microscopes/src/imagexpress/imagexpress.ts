import {
  type CallOptions,
  type PlateImage,
  type PlateIndex,
  type PlateLayout,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { findGaps, sortImages, sortUniqueImages, trimZeros, wellsOf } from "../images.ts";
import { noteOnLesserChannels } from "../lesser-channels.ts";
import { addTo, countOf, noteOnLesserWells, noteOnManyGaps, noteOnOthers } from "../notes.ts";
import { describePlate } from "../pages.ts";
import { folderName } from "../storage.ts";
import { detectImageXpress } from "./detect.ts";
import { findFiles, type ImageFile, type PlateFiles } from "./files.ts";
import { formatImageXpressName, parseImageXpressName } from "./names.ts";
import { compareWithHtd, type Promised, readHtds } from "./promise.ts";

/**
 * The layouts of ImageXpress and MetaXpress: exported (`TimePoint_1/ZStep_1/9987_B02_s1_w1.TIF` with HTD files),
 * database (`2020-01-31/1234/x_B02_s1_w1<GUID>.tif`) and flat (`A01_s1_w1_z1_t1.tif`). `ZStep_0`, and images beside
 * ZStep folders, are projections that the microscope made.
 *
 * @example
 * const layout = imageXpress();
 * if (await layout.detect(storage)) console.log((await layout.index(storage)).wells);
 */
export function imageXpress(): PlateLayout {
  return {
    kind: "layout",
    name: "imagexpress",
    detect: detectImageXpress,
    index: indexImageXpress,
    parseName: parseImageXpressName,
    formatName: formatImageXpressName,
  };
}

async function indexImageXpress(storage: StorageBackend, options?: CallOptions): Promise<PlateIndex> {
  const files = keepOneName(await findFiles(storage, options), storage.location);
  const { planes, projections } = toImages(files.images);
  if (planes.length === 0) throw nothingFound(storage, projections);
  const unique = sortUniqueImages(planes, storage.location);
  const { images, facts } = await describePlate(storage, unique, options);
  const { htd, notes: notesOnHtds } = await readHtds(storage, files.htds, options);
  const promised = htd ? compareWithHtd(htd, images, files.images.some(tellsZ)) : promiseOfNames(images);
  const channelNames = namesOf({ ...facts.channelNames, ...htd?.channelNames }, images);
  const { thumbnails } = files;
  const { notes, ...described } = facts;
  return {
    layout: "imagexpress",
    name: folderName(storage),
    wells: wellsOf(images),
    images,
    projections: sortImages(projections),
    ...described,
    ...(channelNames && { channelNames }),
    ...(promised.gridDimensions && { gridDimensions: promised.gridDimensions }),
    ...(htd?.plateDimensions && { plateDimensions: htd.plateDimensions }),
    missing: promised.missing,
    notes: [
      ...notesOnHtds,
      ...promised.notes,
      ...(thumbnails.count > 0 ? [`${countOf(thumbnails.count, "thumbnail")} left aside.`] : []),
      ...noteOnOthers(files.others, "not named as ImageXpress names images"),
      ...notes,
    ],
  };
}

/** Without metadata the names alone say what should be there. */
function promiseOfNames(images: readonly PlateImage[]): Promised {
  const missing = findGaps(images);
  return {
    missing,
    notes: [...noteOnLesserWells(images), ...noteOnLesserChannels(images), ...noteOnManyGaps(missing)],
  };
}

/** All images of a plate bear one name before the well. Where they differ, that of the HTD file is the plate's. */
function keepOneName(files: PlateFiles, location: string): PlateFiles {
  const byPrefix = new Map<string | undefined, ImageFile>();
  for (const image of files.images)
    if (!byPrefix.has(image.name.prefix)) byPrefix.set(image.name.prefix, image);
  if (byPrefix.size < 2) return files;
  const stems = files.htds.map((path) => path.slice(path.lastIndexOf("/") + 1, -".htd".length).toLowerCase());
  const own = stems.find((stem) => byPrefix.has(stem));
  if (own === undefined) {
    const paths = [...byPrefix.values()].map(({ path }) => path);
    const examples = paths.slice(0, 3).map((path) => `"${path}"`);
    throw new PlatewrightError(
      "plate",
      `The images of ${location} bear ${byPrefix.size} different names before the well (${examples.join(", ")}), so it is not known which belong to the plate. Move the others out of its folder, or give a name pattern.`,
      { paths },
    );
  }
  const others = { ...files.others };
  for (const { name, path } of files.images) if (name.prefix !== own) addTo(others, path);
  return { ...files, images: files.images.filter(({ name }) => name.prefix === own), others };
}

function toImages(files: readonly ImageFile[]): { planes: PlateImage[]; projections: PlateImage[] } {
  const planes: PlateImage[] = [];
  const projections: PlateImage[] = [];
  const withSteps = new Set(files.filter(({ place }) => Number(place.zStep) > 0).map(timepointOf));
  for (const file of files) {
    const { key } = file.name;
    const timepoint = agree(file, "timepoint", file.place.timepoint);
    const step = agree(file, "z", file.place.zStep);
    const projected =
      file.place.zStep === undefined ? step === undefined && withSteps.has(timepointOf(file)) : step === "0";
    (projected ? projections : planes).push({
      well: key.well,
      site: key.site ?? "1",
      channel: key.channel ?? "1",
      z: projected ? "0" : (step ?? "1"),
      timepoint: timepoint ?? "1",
      path: file.path,
    });
  }
  return { planes, projections };
}

function tellsZ({ name, place }: ImageFile): boolean {
  return name.key.z !== undefined || place.zStep !== undefined;
}

function timepointOf({ place }: ImageFile): string {
  return place.timepoint ?? "";
}

/** What folder and name say of a component, where either says anything. Throws "plate" where they differ. */
function agree(
  { path, name }: ImageFile,
  component: "timepoint" | "z",
  folder: string | undefined,
): string | undefined {
  const own = name.key[component];
  const outer = folder === undefined ? undefined : trimZeros(folder);
  if (own !== undefined && outer !== undefined && own !== outer)
    throw new PlatewrightError(
      "plate",
      `"${path}" contradicts itself: its folder says ${component} ${outer}, its name ${component} ${own}. Rename the file or move it.`,
      { path, component, folder: outer, name: own },
    );
  return own ?? outer;
}

function namesOf(
  names: Readonly<Record<string, string>>,
  images: readonly PlateImage[],
): Readonly<Record<string, string>> | undefined {
  const there = new Set(images.map(({ channel }) => channel));
  const found = Object.entries(names).filter(([channel]) => there.has(channel));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function nothingFound(storage: StorageBackend, projections: readonly PlateImage[]): PlatewrightError {
  const [projection] = projections;
  const message = projection
    ? `${storage.location} holds projections alone, such as "${projection.path}", and no z plane. To work on the projections, give the folder that holds them as the plate.`
    : `${storage.location} holds no image named as ImageXpress names them, such as "TimePoint_1/9987_B02_s1_w1.TIF" or "A01_s1_w1_z1_t1.tif". Check the folder, or give a name pattern.`;
  return new PlatewrightError("plate", message, {
    location: storage.location,
    ...(!projection && { reason: "no-images" }),
  });
}
