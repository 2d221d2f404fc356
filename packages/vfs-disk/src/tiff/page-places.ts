import type { PagePlace } from "@platewright/core";

/**
 * What each of the pages of a TIFF is, as ImageJ's description or OME-XML says: its index along z, channel and timepoint.
 * `undefined` where neither is there; empty where what it says doesn't fit the pages, as in a part of a set of files.
 */
export function pagePlaces(description: string | undefined, pages: number): readonly PagePlace[] | undefined {
  const text = description ?? "";
  if (text.startsWith("ImageJ=")) return fromImageJ(text, pages);
  if (text.includes("<OME") || text.includes(":OME")) return fromOmeXml(text, pages);
  return undefined;
}

/** ImageJ lays channels within z within time, whatever the order in which they were taken. */
function fromImageJ(text: string, pages: number): readonly PagePlace[] {
  const count = (name: string): number =>
    Number(new RegExp(`^${name}=(\\d+)\\s*$`, "m").exec(text)?.[1] ?? 1);
  return inOrder("CZT", { Z: count("slices"), C: count("channels"), T: count("frames") }, pages);
}

function fromOmeXml(text: string, pages: number): readonly PagePlace[] {
  // Of several images each has pages of its own, and which they are is not asked here.
  const [pixels, ...others] = text.match(/<(?:\w+:)?Pixels\s[^>]*>/g) ?? [];
  if (pixels === undefined || others.length > 0) return [];
  const size = (axis: string): number => Number(attribute(pixels, `Size${axis}`) ?? 1);
  const order = attribute(pixels, "DimensionOrder") ?? "";
  if (!/^XY(?:ZCT|ZTC|CTZ|CZT|TCZ|TZC)$/.test(order)) return [];
  const listed = fromTiffData(text, pages);
  return listed ?? inOrder(order.slice(2), { Z: size("Z"), C: size("C"), T: size("T") }, pages);
}

/** What a writer says page by page, which need not be in the order of the dimensions; `undefined` where it doesn't. */
function fromTiffData(text: string, pages: number): readonly PagePlace[] | undefined {
  const entries = text.match(/<(?:\w+:)?TiffData\s[^>]*>/g) ?? [];
  if (entries.length < 2 || entries.length !== pages) return undefined;
  const places: PagePlace[] = [];
  for (const entry of entries) {
    const index = (name: string): number => Number(attribute(entry, name) ?? 0);
    places[index("IFD")] = { z: index("FirstZ"), channel: index("FirstC"), timepoint: index("FirstT") };
  }
  const distinct = new Set(places.map((place) => place && `${place.z}/${place.channel}/${place.timepoint}`));
  return Object.keys(places).length === pages && places.length === pages && distinct.size === pages
    ? places
    : [];
}

type Sizes = Readonly<Record<"Z" | "C" | "T", number>>;

/** Places of pages whose first dimension varies fastest. */
function inOrder(order: string, sizes: Sizes, pages: number): readonly PagePlace[] {
  if (sizes.Z * sizes.C * sizes.T !== pages) return [];
  return Array.from({ length: pages }, (_, page) => {
    const at = { Z: 0, C: 0, T: 0 };
    let rest = page;
    for (const axis of order as Iterable<keyof Sizes>) {
      at[axis] = rest % sizes[axis];
      rest = Math.floor(rest / sizes[axis]);
    }
    return { z: at.Z, channel: at.C, timepoint: at.T };
  });
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1];
}
