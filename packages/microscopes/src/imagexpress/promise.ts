import {
  type CallOptions,
  compareWells,
  type ImageKey,
  isPlatewrightError,
  type PlateImage,
  PlatewrightError,
  parseWell,
  type StorageBackend,
} from "@platewright/core";
import { countExpected, type Expected, findMissing, mostMissing, sortValues, wellsOf } from "../images.ts";
import { isGap, noteOnLesserChannels } from "../lesser-channels.ts";
import { countOf, listOf } from "../notes.ts";
import { readBytes } from "../storage.ts";
import { type Htd, parseHtd } from "./htd.ts";

/** What the metadata of a plate says, held against what is there. */
export interface Promised {
  readonly missing: readonly ImageKey[];
  /** Rows and columns of sites, where every position is a site. */
  readonly gridDimensions?: readonly [rows: number, columns: number];
  readonly notes: readonly string[];
}

/**
 * Reads the HTD files of a plate and gives the topmost that can be read; one that can't be is left aside with a note.
 * Throws "plate" where two beside each other disagree; a copy below that disagrees gives a note.
 */
export async function readHtds(
  storage: StorageBackend,
  paths: readonly string[],
  options: CallOptions | undefined,
): Promise<{ readonly htd: Htd | undefined; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  let taken: { readonly htd: Htd; readonly path: string } | undefined;
  for (const path of paths) {
    const bytes = await readBytes(storage, path, options);
    let htd: Htd;
    try {
      htd = parseHtd(bytes, path);
    } catch (error) {
      if (!isPlatewrightError(error, "plate")) throw error;
      notes.push(`The HTD file "${path}" is left aside: ${error.message}`);
      continue;
    }
    taken ??= { htd, path };
    if (JSON.stringify(htd) === JSON.stringify(taken.htd)) continue;
    if (folderOf(path) === folderOf(taken.path))
      throw new PlatewrightError(
        "plate",
        `The HTD files "${taken.path}" and "${path}" of the plate ${storage.location} disagree. Leave the one that belongs to the images.`,
        { paths: [taken.path, path] },
      );
    notes.push(`The HTD file "${path}" says something else than "${taken.path}", which was taken.`);
  }
  return { htd: taken?.htd, notes };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/**
 * Holds the images on the disk against the HTD file. Where neither names nor folders tell of z, as in a folder of
 * projections, no z step is missing.
 */
export function compareWithHtd(htd: Htd, images: readonly PlateImage[], tellsZ: boolean): Promised {
  const there = valuesOf(images);
  const promised: Expected = {
    wells: htd.wells ?? there.wells,
    timepoint: numbersTo(htd.timepoints) ?? there.timepoint,
    site: promisedSites(htd, there.site) ?? there.site,
    channel: htd.channels ?? there.channel,
    z: numbersTo(htd.zSteps) ?? there.z,
  };
  const expected = unite(tellsZ ? promised : { ...promised, z: there.z }, there);
  const lacking = Math.max(countExpected(expected) - images.length, 0);
  const all = findMissing(expected, images, mostMissing);
  const missing = all.filter(isGap(images));
  const grid = gridOf(htd, promised.site, there.site);
  return {
    missing,
    ...(grid.dimensions && { gridDimensions: grid.dimensions }),
    notes: [
      ...noteOnDifference(promised, there),
      ...noteOnWellsOutside(htd, expected.wells),
      ...grid.notes,
      ...(lacking > all.length
        ? [`${lacking} images are missing; the first ${missing.length} of them are listed.`]
        : []),
      ...noteOnLesserChannels(images),
    ],
  };
}

function valuesOf(images: readonly ImageKey[]): Required<{ [K in keyof Expected]: readonly string[] }> {
  return {
    wells: wellsOf(images),
    timepoint: sortValues(images.map(({ timepoint }) => timepoint)),
    site: sortValues(images.map(({ site }) => site)),
    channel: sortValues(images.map(({ channel }) => channel)),
    z: sortValues(images.map(({ z }) => z)),
  };
}

function numbersTo(count: number | undefined): readonly string[] | undefined {
  return count === undefined ? undefined : Array.from({ length: count }, (_, i) => String(i + 1));
}

/** Sites are counted over the selected positions, unless the names on the disk are plainly those of grid positions. */
function promisedSites({ grid }: Htd, there: readonly string[]): readonly string[] | undefined {
  if (!grid) return undefined;
  const counted = grid.selected.map((_, i) => String(i + 1));
  const positions = grid.selected.map(String);
  const fits = (sites: readonly string[]): boolean => there.every((site) => sites.includes(site));
  return !fits(counted) && fits(positions) ? positions : counted;
}

/** Where the disk holds more than was promised the HTD file is no measure: the gaps are those of both together. */
function unite(promised: Expected, there: Expected): Expected {
  const both = (a: readonly string[] = [], b: readonly string[] = []): string[] => sortValues([...a, ...b]);
  return {
    wells: [...new Set([...promised.wells, ...there.wells])].sort(compareWells),
    timepoint: both(promised.timepoint, there.timepoint),
    site: both(promised.site, there.site),
    channel: both(promised.channel, there.channel),
    z: both(promised.z, there.z),
  };
}

function gridOf(
  { grid }: Htd,
  promised: readonly string[] | undefined,
  there: readonly string[],
): { readonly dimensions?: readonly [number, number]; readonly notes: readonly string[] } {
  if (!grid) return { notes: [] };
  const [rows, columns] = grid.dimensions;
  if (grid.selected.length < rows * columns)
    return {
      notes: [
        `Of the grid of ${rows} × ${columns} sites, ${grid.selected.length} are selected, so that the sites form no full grid.`,
      ],
    };
  return there.every((site) => promised?.includes(site))
    ? { dimensions: [rows, columns], notes: [] }
    : { notes: [] };
}

function noteOnWellsOutside({ plateDimensions }: Htd, wells: readonly string[]): readonly string[] {
  if (!plateDimensions) return [];
  const [rows, columns] = plateDimensions;
  const outside = wells.filter((well) => {
    const position = parseWell(well);
    return position !== undefined && (position.row >= rows || position.column >= columns);
  });
  if (outside.length === 0) return [];
  const verb = outside.length === 1 ? "lies" : "lie";
  return [
    `${countOf(outside.length, "well")}, such as ${outside[0]}, ${verb} outside the plate of ${rows} × ${columns} wells that the HTD file describes.`,
  ];
}

const nouns = {
  wells: "well",
  timepoint: "timepoint",
  site: "site",
  channel: "channel",
  z: "z step",
} as const;

function noteOnDifference(promised: Expected, there: Expected): readonly string[] {
  const left: string[] = [];
  const right: string[] = [];
  for (const key of ["wells", "timepoint", "site", "channel", "z"] as const) {
    const a = promised[key] ?? [];
    const b = there[key] ?? [];
    if (a.length === b.length && a.every((value) => b.includes(value))) continue;
    const noun = nouns[key];
    left.push(a.length === b.length ? `${noun}s ${a.join(", ")}` : countOf(a.length, noun));
    right.push(a.length === b.length ? `${noun}s ${b.join(", ")}` : countOf(b.length, noun));
  }
  if (left.length === 0) return [];
  const verb = right.length === 1 && right[0]?.startsWith("1 ") ? "is" : "are";
  return [`The HTD file promises ${listOf(left)}; ${listOf(right)} ${verb} on the disk.`];
}
