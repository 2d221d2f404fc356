import {
  compareValues,
  compareWells,
  components,
  groupByWell,
  type ImageKey,
  type PlateImage,
  PlatewrightError,
} from "@platewright/core";
import { isGap } from "./lesser-channels.ts";

/** A component's value as plates number it: without leading zeros. */
export function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

/**
 * Images in the order of `compareKeys`. Values are ranked once, so that large plates sort by plain numbers.
 */
export function sortImages<K extends ImageKey>(images: readonly K[]): K[] {
  const ranks = components.map((component) => rankOf(images.map((image) => image[component])));
  const rows = images.map((image) => ({
    image,
    order: components.map((component, i) => ranks[i]?.get(image[component]) ?? 0),
  }));
  rows.sort((a, b) => {
    if (a.image.well !== b.image.well) return compareWells(a.image.well, b.image.well);
    for (let i = 0; i < components.length; i++) {
      const difference = (a.order[i] ?? 0) - (b.order[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return rows.map(({ image }) => image);
}

function rankOf(values: readonly string[]): ReadonlyMap<string, number> {
  return new Map(sortValues(values).map((value, rank) => [value, rank]));
}

/** Distinct values in the order of `compareValues`. */
export function sortValues(values: Iterable<string>): string[] {
  return [...new Set(values)].sort(compareValues);
}

/** Sorts images and checks that each key is there once. Throws "plate" and names both files otherwise. */
export function sortUniqueImages(images: readonly PlateImage[], location: string): PlateImage[] {
  const sorted = sortImages(images);
  for (let i = 1; i < sorted.length; i++) {
    const a = sorted[i - 1];
    const b = sorted[i];
    if (a && b && sameKey(a, b)) throw twice(a, b, location);
  }
  return sorted;
}

function twice(a: PlateImage, b: PlateImage, location: string): PlatewrightError {
  return new PlatewrightError(
    "plate",
    `Two files of the plate ${location} are the same image (${describeKey(a)}): "${a.path}" and "${b.path}". Move one of them out of the plate's folder.`,
    { paths: [a.path, b.path], key: keyOf(a) },
  );
}

/** Whether two keys name one image. */
function sameKey(a: ImageKey, b: ImageKey): boolean {
  return a.well === b.well && components.every((component) => a[component] === b[component]);
}

/** The key alone. */
export function keyOf({ well, site, channel, z, timepoint }: ImageKey): ImageKey {
  return { well, site, channel, z, timepoint };
}

/** A key in words. */
function describeKey(key: ImageKey): string {
  return `well ${key.well}, timepoint ${key.timepoint}, site ${key.site}, channel ${key.channel}, z ${key.z}`;
}

/** Wells with at least one image, sorted. */
export function wellsOf(images: readonly ImageKey[]): string[] {
  return [...new Set(images.map(({ well }) => well))].sort(compareWells);
}

/** Beyond this many, a list of missing images helps nobody and may not fit into memory. */
export const mostMissing = 1_000_000;

/**
 * What each well lacks of the cross product of its own components: gaps where no metadata promises anything, at most
 * `mostMissing` of them. What a channel lacks throughout, as `isGap` says, was never taken.
 */
export function findGaps(images: readonly ImageKey[]): ImageKey[] {
  const isMissing = isGap(images);
  const gaps: ImageKey[] = [];
  for (const [well, group] of groupByWell(images)) {
    const values = components.map((component) => new Set(group.map((image) => image[component])));
    const [timepoint, site, channel, z] = values.map(sortValues);
    const lacking = findMissing(
      { wells: [well], timepoint, site, channel, z },
      group,
      mostMissing - gaps.length,
    );
    for (const key of lacking) if (isMissing(key)) gaps.push(key);
    if (gaps.length >= mostMissing) break;
  }
  return gaps;
}

/** Sets of values whose cross product is expected. */
export interface Expected {
  readonly wells: readonly string[];
  readonly timepoint: readonly string[] | undefined;
  readonly site: readonly string[] | undefined;
  readonly channel: readonly string[] | undefined;
  readonly z: readonly string[] | undefined;
}

/** How many images are expected. */
export function countExpected({ wells, ...values }: Expected): number {
  return components.reduce((count, component) => count * (values[component]?.length ?? 0), wells.length);
}

/** Keys of the cross product that no image has, in the order of `compareKeys` where the values are; at most `limit` of them. */
export function findMissing(
  expected: Expected,
  images: readonly ImageKey[],
  limit: number = Number.POSITIVE_INFINITY,
): ImageKey[] {
  const missing: ImageKey[] = [];
  if (countExpected(expected) === 0) return missing;
  const present = new Set(images.map(packKey));
  for (const well of expected.wells)
    for (const timepoint of expected.timepoint ?? [])
      for (const site of expected.site ?? [])
        for (const channel of expected.channel ?? [])
          for (const z of expected.z ?? []) {
            const key = { well, site, channel, z, timepoint };
            if (present.has(packKey(key))) continue;
            if (missing.length >= limit) return missing;
            missing.push(key);
          }
  return missing;
}

/** NUL occurs in no name, so that distinct keys give distinct texts whatever a naming calls its channels. */
function packKey(key: ImageKey): string {
  return `${key.well}\0${key.timepoint}\0${key.site}\0${key.channel}\0${key.z}`;
}
