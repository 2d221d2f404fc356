import type { ImageKey, PixelSize } from "@platewright/core";
import { sortValues } from "../images.ts";
import { findGrid } from "./grid.ts";
import type { HarmonyIndex } from "./harmony-index.ts";

/** What the index says of all images. Where it contradicts itself a note says so and nothing is taken. */
export interface IndexFacts {
  /** [Y, X], pixels. */
  readonly shape?: readonly [height: number, width: number];
  readonly pixelSize?: PixelSize;
  readonly channelNames?: Readonly<Record<string, string>>;
  readonly gridDimensions?: readonly [rows: number, columns: number];
  readonly notes: readonly string[];
}

/** Part of an image's width within which two sites are in one column; sites overlap by far less than the rest. */
const columnTolerance = 0.1;
/** µm, where the image's width is not known: more than a stage's error, less than any field of view. */
const blindTolerance = 10;

/** Gathers what holds for every channel that has images. */
export function findFacts(index: HarmonyIndex, images: readonly ImageKey[]): IndexFacts {
  const channels = sortValues(images.map(({ channel }) => channel));
  const facts = channels.flatMap((channel) => {
    const found = index.channels.get(channel);
    return found ? [[channel, found] as const] : [];
  });
  const notes: string[] = [];
  const one = (values: ReadonlySet<string>, what: string): readonly [number, number] | undefined => {
    const [first, ...more] = values;
    if (more.length > 0)
      notes.push(`The index gives ${values.size} different ${what}, so that none is taken.`);
    const [a, b] = first !== undefined && more.length === 0 ? first.split(" ").map(Number) : [];
    return a !== undefined && b !== undefined && a > 0 && b > 0 ? [a, b] : undefined;
  };
  const size = one(new Set(facts.flatMap(([, { pixelSizes }]) => [...pixelSizes])), "pixel sizes");
  const shape = one(new Set(facts.flatMap(([, { shapes }]) => [...shapes])), "image sizes");
  const names: Record<string, string> = {};
  for (const [channel, { names: given }] of facts) {
    const [name, ...others] = given;
    if (others.length > 0) notes.push(`Channel ${channel} has several names: ${[...given].join(", ")}.`);
    else if (name !== undefined) names[channel] = name;
  }
  const uneven = facts.flatMap(([channel, { isUneven }]) => (isUneven ? [channel] : []));
  if (uneven.length > 0)
    notes.push(
      `The index has flat-field profiles: channel ${uneven.join(", ")} is lit unevenly. The images are taken as the microscope wrote them; correct their background in the pipeline.`,
    );
  const tolerance = size && shape ? size[0] * shape[1] * columnTolerance : blindTolerance;
  const gridDimensions = commonGrid(index, images, tolerance);
  return {
    ...(shape && { shape }),
    ...(size && { pixelSize: { x: size[0], y: size[1], unit: "µm" as const } }),
    ...(Object.keys(names).length > 0 && { channelNames: names }),
    ...(gridDimensions && { gridDimensions }),
    notes,
  };
}

/** The grid that the sites of every well form; `undefined` where one well's form none or another. */
function commonGrid(
  { positions }: HarmonyIndex,
  images: readonly ImageKey[],
  tolerance: number,
): readonly [number, number] | undefined {
  const sites = new Map<string, Set<string>>();
  for (const { well, site } of images) sites.set(well, (sites.get(well) ?? new Set()).add(site));
  let common: readonly [number, number] | undefined;
  for (const [well, own] of sites) {
    const known = positions.get(well);
    if (!known || [...own].some((site) => !known.has(site))) return undefined;
    const grid = findGrid(known.values(), tolerance);
    if (!grid || (common && (common[0] !== grid[0] || common[1] !== grid[1]))) return undefined;
    common = grid;
  }
  return common;
}
