import { addTo, compareTexts } from "../plain-data.ts";
import { compareWells } from "./well.ts";

/** What tells the images of a well apart. */
export type Component = "site" | "channel" | "z" | "timepoint";

/** The components, from the slowest to the fastest in which images are ordered. */
export const components: readonly Component[] = Object.freeze(["timepoint", "site", "channel", "z"]);

/** Which image of a plate: the well as on the plate ("A01"), the components as they are numbered there ("1", "2", …). */
export interface ImageKey {
  readonly well: string;
  readonly site: string;
  readonly channel: string;
  readonly z: string;
  readonly timepoint: string;
}

/** Compares component values: numbers by value, before words; words by their characters. */
export function compareValues(a: string, b: string): number {
  const x = numberIn(a);
  const y = numberIn(b);
  if (x !== undefined && y !== undefined) return x - y || compareTexts(a, b);
  if (x !== undefined) return -1;
  if (y !== undefined) return 1;
  return compareTexts(a, b);
}

/** Compares images by well, timepoint, site, channel and z. */
export function compareKeys(a: ImageKey, b: ImageKey): number {
  return a.well === b.well ? comparePositions(a, b) : compareWells(a.well, b.well);
}

/** The components of an image within its well. */
export type ImagePosition = Omit<ImageKey, "well">;

/** Compares images of a well by timepoint, site, channel and z. */
export function comparePositions(a: ImagePosition, b: ImagePosition): number {
  for (const component of components) {
    const order = compareValues(a[component], b[component]);
    if (order !== 0) return order;
  }
  return 0;
}

/** One text for one image, the same for equal keys. */
export function keyText(key: ImageKey): string {
  return `${key.well}/t${key.timepoint}/s${key.site}/c${key.channel}/z${key.z}`;
}

function numberIn(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Images by their well, each in its old order. */
export function groupByWell<K extends ImageKey>(keys: readonly K[]): ReadonlyMap<string, readonly K[]> {
  const wells = new Map<string, K[]>();
  for (const key of keys) addTo(wells, key.well, key);
  return wells;
}
