import { type ImageKey, normalizeWell, PlatewrightError, parseWell } from "@platewright/core";
import { trimZeros } from "../images.ts";

/** What an ImageXpress file name says. */
export interface ImageName {
  /** What stands before the well: the plate or experiment, in lower case; `undefined` in flat names. */
  readonly prefix: string | undefined;
  readonly key: Pick<ImageKey, "well"> & Partial<ImageKey>;
  readonly thumbnail: boolean;
  /** Whether a GUID is glued to the name, as the database does. */
  readonly guid: boolean;
}

const extension = /(?:\.ome)?\.tiff?$/i;
const guidAtEnd = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const guidLength = 36;
const thumbAtEnd = /_thumb$/i;

/**
 * Both groups are lazy: the first text that can be a well is one, so that the "s10" of "B02_s10" is a site.
 * Behind a name a well has two digits, as MetaXpress writes it: the "F1" of "A01_F1_s2" is none.
 */
const flat = /^([a-z]|a[a-f])(\d{1,2})((?:_[swzt]\d+)*)$/i;
const prefixed = /^(.*?)_((?:[A-Z]|A[A-F])\d{2})((?:_[swztSWZT]\d+)*)$/;

const componentOf = { s: "site", w: "channel", z: "z", t: "timepoint" } as const;

/** Reads exported, flat and database names; `undefined` for any other. */
export function readName(name: string): ImageName | undefined {
  if (!extension.test(name)) return undefined;
  const stem = name.replace(extension, "");
  // The GUID follows the channel's digits without a border, so it is cut off by its length from the right.
  const guid = guidAtEnd.test(stem);
  const bare = guid ? stem.slice(0, -guidLength) : stem;
  const thumbnail = thumbAtEnd.test(bare);
  const found = splitStem(bare.replace(thumbAtEnd, ""));
  if (!found || !parseWell(found.well)) return undefined;
  const values = readParts(found.parts);
  if (!values) return undefined;
  return {
    prefix: found.prefix?.toLowerCase(),
    key: { well: normalizeWell(found.well), ...values },
    thumbnail,
    guid,
  };
}

/** "s1_w2" is a site and a channel in a folder that names the well, not row S of the largest plates. */
const partsAlone = /^[swzt]\d+_/;

function splitStem(stem: string): { prefix: string | undefined; well: string; parts: string } | undefined {
  if (partsAlone.test(stem)) return undefined;
  const alone = flat.exec(stem);
  if (alone) return { prefix: undefined, well: `${alone[1]}${alone[2]}`, parts: alone[3] ?? "" };
  const named = prefixed.exec(stem);
  if (named) return { prefix: named[1] ?? "", well: named[2] ?? "", parts: named[3] ?? "" };
  return undefined;
}

/** `undefined` where a part is there twice. */
function readParts(parts: string): Partial<ImageKey> | undefined {
  const values: Partial<Record<(typeof componentOf)[keyof typeof componentOf], string>> = {};
  for (const [, letter, digits] of parts.matchAll(/_([swzt])(\d+)/gi)) {
    const component = componentOf[letter?.toLowerCase() as keyof typeof componentOf];
    if (component in values) return undefined;
    values[component] = trimZeros(digits ?? "");
  }
  return values;
}

/** Whether a name alone is proof of the layout: one with a GUID, or one with a site or channel behind the well. */
export function isTelling({ key, guid }: ImageName): boolean {
  return guid || key.site !== undefined || key.channel !== undefined;
}

/** Whether a well stands in the name before the well too, as in "A03_C10_s1", so that it isn't known which of them is meant. */
export function namesTwoWells({ prefix, guid }: ImageName): boolean {
  const words = prefix?.split(/[^a-z\d]+/) ?? [];
  return !guid && words.some((word) => /^(?:[a-z]|a[a-f])\d{1,2}$/.test(word) && parseWell(word));
}

/** `PlateLayout.parseName` of ImageXpress: the parts that the name holds. Thumbnails are no images. */
export function parseImageXpressName(name: string): Partial<ImageKey> | undefined {
  const found = readName(name);
  return found && !found.thumbnail ? found.key : undefined;
}

/** The flat name of an image, "A01_s001_w1_z001_t001.tif". Throws "parameter" for a value that is no number. */
export function formatImageXpressName(key: ImageKey): string {
  const digits = (component: keyof ImageKey, length: number): string => {
    const value = key[component];
    if (!/^\d+$/.test(value))
      throw new PlatewrightError(
        "parameter",
        `ImageXpress names number the ${component}; "${value}" is no number. Give digits, such as "1".`,
        { component, value },
      );
    return trimZeros(value).padStart(length, "0");
  };
  const parts = `s${digits("site", 3)}_w${digits("channel", 1)}_z${digits("z", 3)}_t${digits("timepoint", 3)}`;
  return `${normalizeWell(key.well)}_${parts}.tif`;
}
