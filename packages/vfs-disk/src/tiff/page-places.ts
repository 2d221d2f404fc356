import type { PagePlace } from "@platewright/core";

/** How many planes an image has along each of its dimensions. */
export type AxisSizes = Readonly<Record<"Z" | "C" | "T", number>>;

/** What each page of an ImageJ stack is. ImageJ lays channels within z within time, whatever the order in which they were taken. */
export function imageJPlaces(text: string, pages: number): readonly PagePlace[] | undefined {
  const count = (name: string): number =>
    Number(new RegExp(`^${name}=(\\d+)\\s*$`, "m").exec(text)?.[1] ?? 1);
  return placesInOrder("CZT", { Z: count("slices"), C: count("channels"), T: count("frames") }, pages);
}

/** Places of pages that hold all planes of an image in order; `undefined` where there are more or fewer of them. */
export function placesInOrder(
  order: string,
  sizes: AxisSizes,
  pages: number,
): readonly PagePlace[] | undefined {
  if (sizes.Z * sizes.C * sizes.T !== pages) return undefined;
  return Array.from({ length: pages }, (_, page) => placeOf(order, sizes, page));
}

/** The place of a plane by its number, the first dimension varying fastest. */
export function placeOf(order: string, sizes: AxisSizes, plane: number): PagePlace {
  const at = { Z: 0, C: 0, T: 0 };
  let rest = plane;
  for (const axis of order as Iterable<keyof AxisSizes>) {
    at[axis] = rest % sizes[axis];
    rest = Math.floor(rest / sizes[axis]);
  }
  return { z: at.Z, channel: at.C, timepoint: at.T };
}
