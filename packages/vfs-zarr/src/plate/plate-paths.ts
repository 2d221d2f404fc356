import { type ImageKey, parseWell, rowName } from "@platewright/core";
import { formatError } from "../format-error.ts";
import type { PlateDeclaration } from "./declaration.ts";

/** The declaration beside the plate, for those who join in writing it. Zarr readers pass over it. */
export const declarationName = ".platewright.json";

/** What a well is made from, in its folder. Zarr readers pass over it. */
export const sourceName = ".source";

/** The row's folder and the column's: "A01" is ["A", "1"]. */
export function wellFolders(well: string): readonly [row: string, column: string] {
  const place = parseWell(well);
  if (!place) throw formatError(well, "names no well.");
  return [rowName(place.row), String(place.column + 1)];
}

/** The folder of a field in its well: the site's number less one where all sites are numbers, else its place among them. */
export function fieldFolder(site: string, { sites }: PlateDeclaration): string {
  const numbered = sites.every((each) => /^[1-9]\d*$/.test(each));
  return String(numbered ? Number(site) - 1 : sites.indexOf(site));
}

/** Where an image of a well lies, its well's folder being the root; `undefined` for one that was not declared. */
export function locateImage(
  { site, timepoint, channel, z }: ImageKey,
  declaration: PlateDeclaration,
): { readonly path: string; readonly plane: readonly number[] } | undefined {
  const plane = [
    declaration.timepoints.indexOf(timepoint),
    declaration.channels.findIndex(({ value }) => value === channel),
    declaration.z.indexOf(z),
  ];
  if (!declaration.sites.includes(site) || plane.includes(-1)) return undefined;
  return { path: `${fieldFolder(site, declaration)}/0`, plane };
}
