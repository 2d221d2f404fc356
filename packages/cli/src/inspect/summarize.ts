import {
  type Component,
  compareValues,
  excludeWells,
  type ImageKey,
  type PlateIndex,
  selectWells,
} from "@platewright/core";

/** The components, in the order in which people name them. */
const shownComponents: readonly Component[] = Object.freeze(["site", "channel", "z", "timepoint"]);

/** What `inspect --json` prints: what is not known is left out. */
export interface PlateSummary extends Omit<PlateIndex, "images" | "projections"> {
  readonly components: { readonly [C in Component]: readonly string[] };
  /** Images of these wells, projections apart. */
  readonly images: number;
  /** Projections that the microscope made itself. */
  readonly projections?: number;
}

/** Which wells a summary is about. */
export interface WellChoice {
  readonly wells: readonly string[];
  readonly excludeWells: readonly string[];
}

/** Sums a plate up. Throws "filter" for wells that are not there. */
export function summarizePlate(index: PlateIndex, choice: WellChoice): PlateSummary {
  const wells = excludeWells(selectWells(index.wells, choice.wells), choice.excludeWells);
  const chosen = new Set(wells);
  const here = ({ well }: { readonly well: string }): boolean => chosen.has(well);
  const all = chosen.size === index.wells.length;
  const images = all ? index.images : index.images.filter(here);
  const projections = index.projections.filter(here).length;
  const missing = index.missing.filter((key) => all || here(key));
  const { shape, dtype, pixelSize, channelNames, gridDimensions, plateDimensions } = index;
  return {
    layout: index.layout,
    name: index.name,
    wells,
    components: valuesOf(images),
    images: images.length,
    ...(projections > 0 ? { projections } : {}),
    ...(shape ? { shape } : {}),
    ...(dtype ? { dtype } : {}),
    ...(pixelSize ? { pixelSize } : {}),
    ...(channelNames ? { channelNames } : {}),
    ...(gridDimensions ? { gridDimensions } : {}),
    ...(plateDimensions ? { plateDimensions } : {}),
    missing: missing.map(({ well, site, channel, z, timepoint }) => ({ well, site, channel, z, timepoint })),
    notes: index.notes,
  };
}

function valuesOf(images: readonly ImageKey[]): PlateSummary["components"] {
  const values = Object.fromEntries(
    shownComponents.map((component) => [
      component,
      [...new Set(images.map((image) => image[component]))].sort(compareValues),
    ]),
  );
  return values as unknown as PlateSummary["components"];
}
