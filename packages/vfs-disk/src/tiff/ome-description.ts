import type { ArrayDescription, PagePlace } from "@platewright/core";
import { sidesIn } from "./description.ts";
import type { OmeDocument, OmeFile, OmeImage, OmePlanes } from "./ome-document.ts";
import { type AxisSizes, placeOf, placesInOrder } from "./page-places.ts";

/** What OME-XML says of one file. */
export type OmeDescription = Pick<ArrayDescription, "pixelSize" | "pages" | "channelNames">;

/** Whether a description is OME-XML. */
export function isOmeXml(text: string): boolean {
  return text.includes("<OME") || text.includes(":OME");
}

/**
 * What OME-XML says of a file with this many pages. Of a set of files, which has one OME-XML for all, it is what
 * concerns this file: known by its UUID, else by its name. `pages` is empty where what is said doesn't fit the pages; what
 * all of a file's pages have in common counts from 0.
 */
export function describeOme(document: OmeDocument, pages: number, file: OmeFile = {}): OmeDescription {
  const { images, namesFiles } = document;
  const own = namesFiles
    ? [...document.planesOf(file)].map(([image, planes]) => ({ ...image, planes }))
    : images;
  const pixelSize = sameSize(own.length > 0 ? own : images);
  const [image, ...others] = own;
  const found = image && others.length === 0 ? placesIn(image, pages) : undefined;
  const channelNames = found && image && namesOf(image, found);
  return {
    ...(pixelSize && { pixelSize }),
    ...(pages > 1 && { pages: found ? relative(found) : [] }),
    ...(channelNames && { channelNames }),
  };
}

function sameSize(images: readonly OmeImage[]): OmeDescription["pixelSize"] {
  const [first, ...others] = images.map(({ attributes }) =>
    sidesIn((axis) => [attributes[`PhysicalSize${axis}`], attributes[`PhysicalSize${axis}Unit`]]),
  );
  return others.every((other) => other?.x === first?.x && other?.y === first?.y) ? first : undefined;
}

/** The place of each page in the image, `undefined` where what is said does not fit the pages. */
function placesIn({ attributes, planes }: OmeImage, pages: number): readonly PagePlace[] | undefined {
  const size = (axis: string): number => Number(attributes[`Size${axis}`] ?? 1);
  const sizes = { Z: size("Z"), C: size("C"), T: size("T") };
  const order = /^XY(ZCT|ZTC|CTZ|CZT|TCZ|TZC)$/.exec(attributes.DimensionOrder ?? "")?.[1];
  if (order === undefined) return undefined;
  return planes.length === 0 ? placesInOrder(order, sizes, pages) : listed(planes, order, sizes, pages);
}

/** Places as the file's list of planes gives them, which need not be in the order of the dimensions. */
function listed(
  list: readonly OmePlanes[],
  order: string,
  sizes: AxisSizes,
  pages: number,
): readonly PagePlace[] | undefined {
  // By page: a damaged file may name one that is far away.
  const found = new Map<number, PagePlace>();
  for (const { ifd, first, count = ifd === undefined ? pages : 1 } of list) {
    const step = stepOf(order, sizes, first);
    for (let i = 0; i < Math.min(count, pages); i++)
      found.set((ifd ?? 0) + i, placeOf(order, sizes, step + i));
  }
  const places = Array.from({ length: pages }, (_, page) => found.get(page)).filter(
    (place) => place !== undefined,
  );
  const distinct = new Set(places.map(({ z, channel, timepoint }) => `${z}/${channel}/${timepoint}`));
  if (found.size === pages && distinct.size === pages) return places;
  // Some writers list the first plane alone.
  const isFirstAlone = list.length === 1 && list[0]?.namesFile === false;
  return isFirstAlone ? placesInOrder(order, sizes, pages) : undefined;
}

function stepOf(order: string, sizes: AxisSizes, at: AxisSizes): number {
  let plane = 0;
  let stride = 1;
  for (const axis of order as Iterable<keyof AxisSizes>) {
    plane += at[axis] * stride;
    stride *= sizes[axis];
  }
  return plane;
}

/** The names of the channels that the pages are of: one for a file of one channel, else one for each channel. */
function namesOf(
  { channels }: OmeImage,
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
