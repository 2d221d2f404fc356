import { type ArrayDescription, baseName, type PagePlace } from "@platewright/core";
import { sidesIn } from "./description.ts";
import { type AxisSizes, placeOf, placesInOrder } from "./page-places.ts";
import { tagsOf, textAt, type XmlTag } from "./xml-tags.ts";

/** What OME-XML says of one file. */
export type OmeDescription = Pick<ArrayDescription, "pixelSize" | "pages" | "channelNames">;

/** By what a file of a set is known in the OME-XML of the set. */
export interface OmeFile {
  /** Its path or name. */
  readonly name?: string | undefined;
  readonly uuid?: string | undefined;
}

/** Whether a description is OME-XML. */
export function isOmeXml(text: string): boolean {
  return text.includes("<OME") || text.includes(":OME");
}

/** The identity that a file gives itself and, where it leaves all else to another file beside it, that file's name. */
export function omeReference(text: string): { readonly uuid?: string; readonly metadataFile?: string } {
  let uuid: string | undefined;
  for (const tag of tagsOf(text)) {
    if (tag.name === "OME") uuid = tag.attribute("UUID");
    const metadataFile = tag.name === "BinaryOnly" ? tag.attribute("MetadataFile") : undefined;
    if (metadataFile !== undefined || tag.name === "Image" || tag.name === "Pixels")
      return { ...(uuid !== undefined && { uuid }), ...(metadataFile !== undefined && { metadataFile }) };
  }
  return uuid === undefined ? {} : { uuid };
}

interface OmePixels {
  readonly tag: XmlTag;
  readonly channels: (string | undefined)[];
  readonly data: OmeData[];
}

/** Planes that lie one after the other in one file. */
interface OmeData {
  readonly tag: XmlTag;
  uuid?: string;
  fileName?: string;
}

/**
 * What OME-XML says of a file with this many pages. Of a set of files, which has one OME-XML for all, it is what
 * concerns this file: known by its UUID, else by its name. `pages` is empty where what is said doesn't fit the pages; what
 * all of a file's pages have in common counts from 0.
 */
export function describeOme(text: string, pages: number, file: OmeFile = {}): OmeDescription {
  const all = readPixels(text);
  const own = ownPixels(all, file);
  const pixelSize = sameSize(own.length > 0 ? own : all);
  const [pixels, ...others] = own;
  const found = pixels && others.length === 0 ? placesIn(pixels, pages) : undefined;
  const channelNames = found && pixels && namesOf(pixels, found);
  return {
    ...(pixelSize && { pixelSize }),
    ...(pages > 1 && { pages: found ? relative(found) : [] }),
    ...(channelNames && { channelNames }),
  };
}

function readPixels(text: string): readonly OmePixels[] {
  const all: OmePixels[] = [];
  for (const tag of tagsOf(text)) {
    const current = all.at(-1);
    if (tag.name === "Pixels") all.push({ tag, channels: [], data: [] });
    else if (tag.name === "Channel") current?.channels.push(tag.attribute("Name")?.trim() || undefined);
    else if (tag.name === "TiffData") current?.data.push({ tag });
    else if (tag.name === "UUID") {
      const data = current?.data.at(-1);
      const fileName = tag.attribute("FileName");
      if (data) Object.assign(data, { uuid: textAt(text, tag.end), ...(fileName && { fileName }) });
    }
  }
  return all;
}

/** Those with planes in this file, and of each only these planes. */
function ownPixels(all: readonly OmePixels[], { name, uuid }: OmeFile): readonly OmePixels[] {
  const shared = all.some(({ data }) => data.some((each) => each.uuid || each.fileName));
  if (!shared) return all;
  const those = (isOwn: (data: OmeData) => boolean): readonly OmePixels[] =>
    all.flatMap((pixels) => {
      const data = pixels.data.filter(isOwn);
      return data.length > 0 ? [{ ...pixels, data }] : [];
    });
  const byUuid = uuid === undefined ? [] : those((data) => data.uuid === uuid);
  if (byUuid.length > 0 || name === undefined) return byUuid;
  return those((data) => data.fileName !== undefined && baseName(data.fileName) === baseName(name));
}

function sameSize(all: readonly OmePixels[]): OmeDescription["pixelSize"] {
  const [first, ...others] = all.map(({ tag }) =>
    sidesIn((axis) => [tag.attribute(`PhysicalSize${axis}`), tag.attribute(`PhysicalSize${axis}Unit`)]),
  );
  return others.every((other) => other?.x === first?.x && other?.y === first?.y) ? first : undefined;
}

/** The place of each page in the image, `undefined` where what is said does not fit the pages. */
function placesIn({ tag, data }: OmePixels, pages: number): readonly PagePlace[] | undefined {
  const size = (axis: string): number => Number(tag.attribute(`Size${axis}`) ?? 1);
  const sizes = { Z: size("Z"), C: size("C"), T: size("T") };
  const order = /^XY(ZCT|ZTC|CTZ|CZT|TCZ|TZC)$/.exec(tag.attribute("DimensionOrder") ?? "")?.[1];
  if (order === undefined) return undefined;
  return data.length === 0 ? placesInOrder(order, sizes, pages) : listed(data, order, sizes, pages);
}

/** Places as the file's list of planes gives them, which need not be in the order of the dimensions. */
function listed(
  data: readonly OmeData[],
  order: string,
  sizes: AxisSizes,
  pages: number,
): readonly PagePlace[] | undefined {
  const places: PagePlace[] = [];
  for (const { tag } of data) {
    const number = (name: string): number | undefined => {
      const value = tag.attribute(name);
      return value === undefined ? undefined : Number(value);
    };
    const ifd = number("IFD");
    const first = stepOf(order, sizes, (axis) => number(`First${axis}`) ?? 0);
    const count = Math.min(number("PlaneCount") ?? (ifd === undefined ? pages : 1), pages);
    for (let i = 0; i < count; i++) places[(ifd ?? 0) + i] = placeOf(order, sizes, first + i);
  }
  const distinct = new Set(places.map((place) => place && `${place.z}/${place.channel}/${place.timepoint}`));
  const fits = Object.keys(places).length === pages && places.length === pages && distinct.size === pages;
  if (fits) return places;
  // Some writers list the first plane alone.
  const [only, second] = data;
  const tellsFile = only?.uuid !== undefined || only?.fileName !== undefined;
  return second === undefined && !tellsFile ? placesInOrder(order, sizes, pages) : undefined;
}

function stepOf(order: string, sizes: AxisSizes, at: (axis: keyof AxisSizes) => number): number {
  let plane = 0;
  let stride = 1;
  for (const axis of order as Iterable<keyof AxisSizes>) {
    plane += at(axis) * stride;
    stride *= sizes[axis];
  }
  return plane;
}

/** The names of the channels that the pages are of: one for a file of one channel, else one for each channel. */
function namesOf(
  { channels }: OmePixels,
  places: readonly PagePlace[],
): readonly (string | undefined)[] | undefined {
  const found = new Set(places.map(({ channel }) => channel));
  const [only = 0] = found;
  const names = found.size === 1 ? [channels[only]] : channels;
  return names.some((name) => name !== undefined) ? names : undefined;
}

/** Places that count from 0 in whatever all of them have in common. */
function relative(places: readonly PagePlace[]): readonly PagePlace[] {
  const varies = (part: keyof PagePlace): boolean =>
    places.some((place) => place[part] !== places[0]?.[part]);
  const [z, channel, timepoint] = [varies("z"), varies("channel"), varies("timepoint")];
  return places.map((place) => ({
    z: z ? place.z : 0,
    channel: channel ? place.channel : 0,
    timepoint: timepoint ? place.timepoint : 0,
  }));
}
