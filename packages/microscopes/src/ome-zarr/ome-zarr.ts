import {
  type CallOptions,
  compareValues,
  components,
  type ImageKey,
  joinPath,
  type PixelSize,
  type PlateIndex,
  type PlateLayout,
  PlatewrightError,
  type StorageBackend,
  throwIfAborted,
} from "@platewright/core";
import { keyOf, sortImages, sortUniqueImages, wellsOf } from "../images.ts";
import { isGap, noteOnLesserChannels } from "../lesser-channels.ts";
import { mapLimited } from "../map-limited.ts";
import { addTo, countOf, createTally, listOf, noteOnLesserWells, type Tally } from "../notes.ts";
import { folderName } from "../storage.ts";
import { describeLevels, type FieldImages, listImages } from "./field.ts";
import { type Group, readGroup } from "./group.ts";
import { readMultiscale } from "./multiscale.ts";
import { type ListedWell, readFields, readPlateMetadata } from "./plate-metadata.ts";

/**
 * The layout of OME-Zarr plates (HCS), 0.1 to 0.5 on Zarr v2 and v3: `A/1/0` is a field of well A01, its channels,
 * z planes and timepoints in one array. Fields are sites; images are planes of the array of full resolution.
 *
 * @example
 * const layout = omeZarr();
 * if (await layout.detect(storage)) console.log((await layout.index(storage)).channelNames);
 */
export function omeZarr(): PlateLayout {
  return {
    kind: "layout",
    name: "ome-zarr",
    async detect(storage, options) {
      const root = await readGroup(storage, "", options).catch((error: unknown) => {
        throwIfAborted(options?.signal);
        // A damaged document of its own is a claim too: reading the plate says what is wrong with it.
        return error;
      });
      if (root instanceof Error) return "its Zarr metadata";
      const { ome, document } = (root ?? { ome: {} }) as Group;
      const part = ["plate", "well", "multiscales"].find((each) => ome[each] !== undefined);
      return part === undefined ? undefined : `"${part}" in "${document}"`;
    },
    index: indexOmeZarr,
  };
}

const groupsAtOnce = 16;

interface Field extends FieldImages {
  readonly pixelSize: PixelSize | undefined;
  readonly channelNames: readonly (string | undefined)[];
}

async function indexOmeZarr(storage: StorageBackend, options?: CallOptions): Promise<PlateIndex> {
  const root = await readGroup(storage, "", options);
  if (!root) throw noPlate(storage, "holds no Zarr metadata: neither .zattrs nor zarr.json");
  if (root.ome.plate === undefined) throw noPlate(storage, whatElse(root));
  const plate = readPlateMetadata(root);
  const absentWells = createTally();
  const absentFields = createTally();
  const read = (well: ListedWell): Promise<WellFields> => readWell(storage, well, absentWells, options);
  const wells = await mapLimited(plate.wells, groupsAtOnce, read);
  const fields = wells.flatMap((well) => well.fields);
  const images = sortUniqueImages(
    fields.flatMap((field) => field.images),
    storage.location,
  );
  if (images.length === 0) throw noPlate(storage, "lists wells of which none has an image that is there");
  const [first] = fields;
  const channelNames = unite(fields);
  return {
    layout: "ome-zarr",
    name: plate.name ?? folderName(storage).replace(/\.zarr$/i, ""),
    wells: wellsOf(images),
    images,
    projections: [],
    ...(first ? { shape: first.shape, dtype: first.dtype } : {}),
    ...(first?.pixelSize ? { pixelSize: first.pixelSize } : {}),
    ...(Object.keys(channelNames).length > 0 ? { channelNames } : {}),
    ...(plate.dimensions ? { plateDimensions: plate.dimensions } : {}),
    missing: sortImages(wells.flatMap((well) => missingOf(well, absentFields)).filter(isGap(images))),
    notes: [
      ...plate.notes,
      ...noteOnAbsent(absentWells, "well", `"${root.document}"`),
      ...noteOnAbsent(absentFields, "field", "a well's metadata"),
      ...noteOnLesserWells(images),
      ...noteOnLesserChannels(images),
      ...noteOnDifferences(fields),
    ],
  };
}

interface WellFields {
  readonly fields: readonly Field[];
  /** Sites that are listed and have no group, as a conversion that was cut off leaves them, with their place. */
  readonly absent: readonly (readonly [site: string, path: string])[];
}

async function readWell(
  storage: StorageBackend,
  { name, path }: ListedWell,
  absentWells: Tally,
  options: CallOptions | undefined,
): Promise<WellFields> {
  const well = await readGroup(storage, path, options);
  if (!well) {
    addTo(absentWells, path);
    return { fields: [], absent: [] };
  }
  const folders = readFields(well);
  const numbered = folders.every((folder) => /^\d+$/.test(folder));
  const siteOf = (group: Group | undefined, folder: string, i: number): string =>
    typeof group?.own.site === "string" ? group.own.site : String((numbered ? Number(folder) : i) + 1);
  const fields: Field[] = [];
  const absent: [string, string][] = [];
  for (const [i, folder] of folders.entries()) {
    throwIfAborted(options?.signal);
    const place = joinPath(path, folder);
    const group = await readGroup(storage, place, options);
    if (!group) {
      absent.push([siteOf(undefined, folder, i), place]);
      continue;
    }
    const multiscale = readMultiscale(group);
    // All levels of a well's first field: the others were written alike, and each costs a look.
    const isFirst = fields.length === 0;
    const described = await describeLevels(storage, place, group, multiscale, isFirst, options);
    const site = siteOf(group, folder, i);
    const listed = listImages(place, { well: name, site }, multiscale, described, group);
    fields.push({ ...listed, pixelSize: multiscale.pixelSize, channelNames: multiscale.channelNames });
  }
  return { fields, absent };
}

/**
 * What a well's fields lack of its own channels, z planes and timepoints (an array has room for those of all wells), and
 * for a field without a group what the well's first field has.
 */
function missingOf({ fields, absent }: WellFields, absentFields: Tally): readonly ImageKey[] {
  const [first] = fields;
  for (const [, place] of absent) addTo(absentFields, place);
  const own = components.map((component) => {
    const values = new Set(fields.flatMap(({ images }) => images.map((image) => image[component])));
    return (key: ImageKey): boolean => component === "site" || values.has(key[component]);
  });
  return [
    ...fields.flatMap((field) => field.missing.filter((key) => own.every((has) => has(key)))),
    ...absent.flatMap(([site]) => (first?.images ?? []).map((image) => ({ ...keyOf(image), site }))),
  ];
}

function noteOnAbsent({ count, example }: Tally, noun: string, where: string): readonly string[] {
  if (count === 0) return [];
  const verb = count === 1 ? "is" : "are";
  return [`${countOf(count, noun)} listed in ${where} ${verb} not there, such as "${example}".`];
}

/** Channels are named alike in all fields; where one leaves a name out, another may have it. */
function unite(fields: readonly Field[]): Readonly<Record<string, string>> {
  const names = new Map<string, string>();
  for (const { channels, channelNames } of fields)
    for (const [i, channel] of channels.entries()) {
      const name = channelNames[i];
      if (name !== undefined && !names.has(channel)) names.set(channel, name);
    }
  return Object.fromEntries([...names].sort(([a], [b]) => compareValues(a, b)));
}

function noteOnDifferences(fields: readonly Field[]): readonly string[] {
  const shapes = [...new Set(fields.map(({ shape, dtype }) => `${shape.join(" × ")} ${dtype}`))];
  const sizes = [
    ...new Set(fields.map(({ pixelSize }) => (pixelSize ? `${pixelSize.y} × ${pixelSize.x} µm` : "unknown"))),
  ];
  return [
    ...(shapes.length > 1 ? [`The fields differ: ${listOf(shapes.slice(0, 5))}.`] : []),
    ...(sizes.length > 1 ? [`The pixel sizes of the fields differ: ${listOf(sizes.slice(0, 5))}.`] : []),
  ];
}

/** Throws "plate" for an image that is invalid itself. */
function whatElse(root: Group): string {
  const { ome } = root;
  if (ome.multiscales !== undefined) {
    readMultiscale(root);
    return "is a single OME-Zarr image, not a plate";
  }
  if (ome.well !== undefined) return "is a well of an OME-Zarr plate, not the plate";
  return "holds no plate in its Zarr metadata";
}

function noPlate({ location }: StorageBackend, what: string): PlatewrightError {
  return new PlatewrightError(
    "plate",
    `${location} ${what}. Give the folder of a plate: its metadata names rows, columns and wells.`,
    { location },
  );
}
