import {
  type CallOptions,
  type ImageKey,
  type PlateImage,
  type PlateIndex,
  type PlateLayout,
  PlatewrightError,
  type StorageBackend,
  throwIfAborted,
} from "@platewright/core";
import type { ImageFacts } from "../describe.ts";
import { keyOf, sortImages, sortUniqueImages, wellsOf } from "../images.ts";
import { addTo, countOf, createTally, type Tally } from "../notes.ts";
import { describePlate } from "../pages.ts";
import { listPlate } from "../plate-files.ts";
import { folderName, readBytes } from "../storage.ts";
import { findFacts, type IndexFacts } from "./facts.ts";
import { type HarmonyIndex, type ListedImage, readHarmonyIndex } from "./harmony-index.ts";
import { findHarmonyName, indexByNames } from "./images-alone.ts";
import { formatHarmonyName, parseHarmonyName } from "./names.ts";

/** Both indexes of a plate say the same; the one that newer software writes comes first. */
const indexPaths = ["Images/Index.idx.xml", "Images/Index.xml", "Index.idx.xml", "Index.xml"];

/**
 * The layout of Opera Phenix and Operetta (Harmony): `Images/r03c03f01p01-ch1sk1fk1fl1.tiff`, listed in `Index.xml` or
 * `Index.idx.xml`, in the plate's folder or its `Images`. Fields are sites, planes z. Images that were copied without
 * an index are found by their names.
 *
 * @example
 * const layout = operaPhenix();
 * if (await layout.detect(storage)) console.log((await layout.index(storage)).pixelSize);
 */
export function operaPhenix(): PlateLayout {
  return {
    kind: "layout",
    name: "opera-phenix",
    async detect(storage, options) {
      const path = await findIndex(storage, options);
      if (path !== undefined) return `Harmony index "${path}"`;
      const image = await findHarmonyName(storage, options);
      return image === undefined ? undefined : `file "${image}", named as Harmony names images`;
    },
    index: indexOperaPhenix,
    parseName: parseHarmonyName,
    formatName: formatHarmonyName,
  };
}

async function findIndex(
  storage: StorageBackend,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  for (const path of indexPaths) {
    throwIfAborted(options?.signal);
    if (await storage.has(path, options)) return path;
  }
  return undefined;
}

async function indexOperaPhenix(storage: StorageBackend, options?: CallOptions): Promise<PlateIndex> {
  const path = await findIndex(storage, options);
  if (path === undefined) {
    const image = await findHarmonyName(storage, options);
    if (image !== undefined) return indexByNames(storage, image, options);
    throw new PlatewrightError(
      "plate",
      `${storage.location} holds no index of Harmony: none of ${indexPaths.join(", ")}. Check the folder, or give a name pattern.`,
      { location: storage.location },
    );
  }
  const index = await readHarmonyIndex(await readBytes(storage, path, options), path, options);
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  const found = await findImages(storage, index.images, folder, options);
  if (found.images.length === 0) throw nothingFound(storage, path, index);
  const unique = sortUniqueImages(found.images, storage.location);
  const { images, facts: seen } = await describePlate(storage, unique, options);
  const said = findFacts(index, images);
  const { facts, notes } = unite(said, seen, path);
  return {
    layout: "opera-phenix",
    name: index.plateName ?? folderName(storage),
    wells: wellsOf(images),
    images,
    projections: [],
    ...facts,
    ...(said.gridDimensions && { gridDimensions: said.gridDimensions }),
    ...(index.plateDimensions && { plateDimensions: index.plateDimensions }),
    missing: sortImages(found.missing),
    notes: [...noteOnIndex(index, path), ...noteOnUnlisted(found.unlisted, path), ...notes],
  };
}

interface Found {
  readonly images: readonly PlateImage[];
  readonly missing: readonly ImageKey[];
  readonly unlisted: Tally;
}

/** Holds what is listed against what is there. One file listed twice under one key is one image. */
async function findImages(
  storage: StorageBackend,
  listed: readonly ListedImage[],
  folder: string,
  options: CallOptions | undefined,
): Promise<Found> {
  const files = new Set<string>();
  for await (const { path, kind } of listPlate(storage, folder, { ...options, recursive: true })) {
    if (kind === "file") files.add(path);
  }
  const images = new Map<string, PlateImage>();
  const missing = new Map<string, ImageKey>();
  const listedPaths = new Set<string>();
  for (const { key, url } of listed) {
    const path = [resolveUrl(folder, url), resolveUrl(folder, url.slice(url.search(/[^/\\]*$/)))].find(
      (candidate) => candidate !== undefined && files.has(candidate),
    );
    const identity = `${key.well}/${key.timepoint}/${key.site}/${key.channel}/${key.z}`;
    if (path === undefined) {
      missing.set(identity, keyOf(key));
      continue;
    }
    listedPaths.add(path);
    images.set(`${identity}/${path}`, { ...key, path });
  }
  const present = [...images.values()];
  for (const { well, timepoint, site, channel, z } of present)
    missing.delete(`${well}/${timepoint}/${site}/${channel}/${z}`);
  const unlisted = createTally();
  for (const path of files) if (/\.tiff?$/i.test(path) && !listedPaths.has(path)) addTo(unlisted, path);
  return { images: present, missing: [...missing.values()], unlisted };
}

/** A path inside the storage, `undefined` where the URL leads out of it. */
function resolveUrl(folder: string, url: string): string | undefined {
  const names = folder === "" ? [] : folder.split("/");
  for (const name of url.replaceAll("\\", "/").split("/")) {
    if (name === "..") {
      if (names.pop() === undefined) return undefined;
    } else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}

/** The index speaks for the pixel size, the file for what is in it. */
function unite(
  said: IndexFacts,
  seen: Omit<ImageFacts, "pages">,
  path: string,
): {
  readonly facts: Omit<IndexFacts, "notes" | "gridDimensions"> & Omit<ImageFacts, "notes" | "pages">;
  readonly notes: readonly string[];
} {
  const { notes: saidNotes, gridDimensions: _, ...fromIndex } = said;
  const { notes: seenNotes, ...fromFile } = seen;
  const [a, b] = [said.shape, seen.shape];
  const differ = a && b && (a[0] !== b[0] || a[1] !== b[1]);
  return {
    facts: {
      ...fromFile,
      ...fromIndex,
      ...(seen.shape && { shape: seen.shape }),
      ...((said.channelNames || seen.channelNames) && {
        channelNames: { ...seen.channelNames, ...said.channelNames },
      }),
    },
    notes: [
      ...saidNotes,
      ...(differ
        ? [`"${path}" says images of ${a.join(" × ")} pixels; the first image has ${b.join(" × ")}.`]
        : []),
      ...seenNotes,
    ],
  };
}

function noteOnIndex(index: HarmonyIndex, path: string): readonly string[] {
  const { faulty, flim, incomplete, renamed, plates } = index;
  const notes: string[] = [];
  if (plates > 1) notes.push(`"${path}" describes ${plates} plates; the name is that of the first.`);
  if (faulty.count > 0)
    notes.push(
      `The microscope marks ${countOf(faulty.count, "image")} as not ok, such as "${faulty.example}".`,
    );
  if (flim.count > 0)
    notes.push(`${countOf(flim.count, "further FLIM image")} left aside, such as "${flim.example}".`);
  if (incomplete.count > 0)
    notes.push(
      `${countOf(incomplete.count, "entry").replace(/entrys$/, "entries")} of "${path}" without well or file name left aside, such as "${incomplete.example}".`,
    );
  if (renamed.count > 0)
    notes.push(
      `The names of ${countOf(renamed.count, "file")}, such as "${renamed.example}", say something else than "${path}", which was followed.`,
    );
  return notes;
}

function noteOnUnlisted({ count, example }: Tally, path: string): readonly string[] {
  if (count === 0) return [];
  return [`${countOf(count, "image file")} not listed in "${path}" left aside, such as "${example}".`];
}

function nothingFound(storage: StorageBackend, path: string, { images }: HarmonyIndex): PlatewrightError {
  const [first] = images;
  const message = first
    ? `"${path}" of ${storage.location} lists ${countOf(images.length, "image")}, such as "${first.url}", and none of them is there. Copy the images beside the index.`
    : `"${path}" of ${storage.location} lists no image. Check that the measurement was exported with its images.`;
  return new PlatewrightError("plate", message, { location: storage.location, path });
}
