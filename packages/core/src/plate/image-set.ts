import {
  type Component,
  comparePositions,
  compareValues,
  components,
  type ImagePosition,
} from "./image-key.ts";

/**
 * Which images a well has: every combination of the values, but those in `absent`. Where most combinations are absent,
 * `present` lists the others instead. Small for a full well however many images there are, never larger than their list,
 * and plain data.
 */
export interface ImageSet {
  readonly values: { readonly [C in Component]: readonly string[] };
  readonly absent?: readonly ImagePosition[];
  /** Ordered as `positionsOf` orders them. */
  readonly present?: readonly ImagePosition[];
}

/** One unit's images: all positions that agree in the components by which a step tells groups apart. */
export interface ImageGroup {
  /** The values of those components; components that vary within the group are left out. */
  readonly fixed: { readonly [C in Component]?: string };
  readonly positions: readonly ImagePosition[];
}

/** Describes positions as a set, at a cost in proportion to how many they are. */
export function imageSetOf(positions: Iterable<ImagePosition>): ImageSet {
  const found = new Map<string, ImagePosition>();
  for (const { timepoint, site, channel, z } of positions) {
    const position = { timepoint, site, channel, z };
    found.set(positionText(position), position);
  }
  const values = valuesOf(found.values());
  const combinations = components.reduce((product, component) => product * values[component].length, 1);
  if (combinations === found.size) return { values };
  if (combinations > 2 * found.size) return { values, present: [...found.values()].sort(comparePositions) };
  return {
    values,
    absent: positionsOf({ values }).filter((position) => !found.has(positionText(position))),
  };
}

/** The values that positions have of each component, sorted. */
export function valuesOf(positions: Iterable<ImagePosition>): ImageSet["values"] {
  const values = {
    timepoint: new Set<string>(),
    site: new Set<string>(),
    channel: new Set<string>(),
    z: new Set<string>(),
  };
  for (const position of positions)
    for (const component of components) values[component].add(position[component]);
  return Object.fromEntries(
    components.map((component) => [component, [...values[component]].sort(compareValues)]),
  ) as unknown as ImageSet["values"];
}

/** The positions of a set, ordered by timepoint, site, channel and z. */
export function positionsOf({ values, absent = [], present }: ImageSet): readonly ImagePosition[] {
  if (present) return present;
  const gone = new Set(absent.map(positionText));
  const positions: ImagePosition[] = [];
  for (const timepoint of values.timepoint) {
    for (const site of values.site) {
      for (const channel of values.channel) {
        for (const z of values.z) {
          const position = { timepoint, site, channel, z };
          if (gone.size === 0 || !gone.has(positionText(position))) positions.push(position);
        }
      }
    }
  }
  return positions;
}

/** Groups the positions of a set: those that differ only in `variable` components belong together. */
export function groupPositions(set: ImageSet, variable: readonly Component[]): readonly ImageGroup[] {
  const fixedComponents = components.filter((component) => !variable.includes(component));
  const groups = new Map<string, { fixed: ImageGroup["fixed"]; positions: ImagePosition[] }>();
  for (const position of positionsOf(set)) {
    const text = fixedComponents.map((component) => position[component]).join("/");
    const group = groups.get(text);
    if (group) group.positions.push(position);
    else {
      const fixed = Object.fromEntries(fixedComponents.map((component) => [component, position[component]]));
      groups.set(text, { fixed, positions: [position] });
    }
  }
  return [...groups.values()];
}

/** Whether two groups belong together: no component has two values. */
export function agree(a: ImageGroup["fixed"], b: ImageGroup["fixed"]): boolean {
  return components.every(
    (component) => a[component] === undefined || b[component] === undefined || a[component] === b[component],
  );
}

/** One text for one position, the same for equal positions. */
export function positionText({ timepoint, site, channel, z }: ImagePosition): string {
  return `t${timepoint}/s${site}/c${channel}/z${z}`;
}

/** A position for people: `site 1 channel 2 z 3 timepoint 1`. */
export function positionWords({ site, channel, z, timepoint }: ImagePosition): string {
  return `site ${site} channel ${channel} z ${z} timepoint ${timepoint}`;
}

/** A group in words: `site 1, channel 2`. */
export function groupText({ fixed }: Pick<ImageGroup, "fixed">): string {
  const words = Object.entries(fixed).map(([component, value]) => `${component} ${value}`);
  return words.join(", ") || "the whole well";
}
