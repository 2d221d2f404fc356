import { type DType, integerRange } from "@platewright/core";
import type { JsonObject } from "../arrays/json.ts";
import { dimensionsOf, formatOf, type PlateDeclaration } from "./declaration.ts";
import type { Reduction } from "./pyramid.ts";

const colors = ["00FFFF", "FF00FF", "FFFF00", "00FF00", "FF0000", "0000FF", "FFFFFF"];

/** Attributes in their place: `.zattrs` itself in 0.4, below `ome` in 0.5. `own` is ours alone. */
function place(declaration: PlateDeclaration, ome: JsonObject, own?: JsonObject): JsonObject {
  const inPlace = formatOf(declaration) === 2 ? ome : { ome: { version: "0.5", ...ome } };
  return own ? { ...inPlace, platewright: own } : inPlace;
}

/** In 0.4 each part says the version; in 0.5 it stands above them. */
function versioned(declaration: PlateDeclaration, part: JsonObject): JsonObject {
  return formatOf(declaration) === 2 ? { version: "0.4", ...part } : part;
}

/** A well of a plate's list. */
export interface ListedWell {
  readonly path: string;
  readonly rowIndex: number;
  readonly columnIndex: number;
}

/** Attributes of the plate: its physical rows and columns, and the wells that were written. */
export function plateAttributes(
  declaration: PlateDeclaration,
  wells: readonly ListedWell[],
  fields: number,
  rowNames: readonly string[],
): JsonObject {
  const [, columns] = dimensionsOf(declaration);
  const plate = versioned(declaration, {
    name: declaration.name,
    field_count: fields,
    rows: rowNames.map((name) => ({ name })),
    columns: Array.from({ length: columns }, (_, i) => ({ name: String(i + 1) })),
    wells,
  });
  return place(declaration, { plate });
}

/** Attributes of a well: its fields. */
export function wellAttributes(declaration: PlateDeclaration, fields: readonly string[]): JsonObject {
  return place(declaration, { well: versioned(declaration, { images: fields.map((path) => ({ path })) }) });
}

/** What a field's attributes say. */
export interface DescribedField {
  readonly name: string;
  readonly dtype: DType;
  readonly levels: number;
  readonly reduction: Reduction;
  /** The least and greatest value of each channel. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Values that our layout gives back: which site, channels, z and timepoints; and planes that were not written. */
  readonly own: JsonObject;
}

/** Attributes of a field: a multiscale image with axes t, c, z, y, x, and how its channels are shown. */
export function fieldAttributes(declaration: PlateDeclaration, field: DescribedField): JsonObject {
  const channels = declaration.channels.map(({ value, name = value, color, window }, i) => {
    const [low, high] = rangeToShow(field.ranges[i]);
    const { min, max } = integerRange(field.dtype) ?? { min: low, max: high };
    return {
      label: name,
      color: color ?? colors[i % colors.length],
      active: true,
      window: { min, max, start: window?.start ?? low, end: window?.end ?? high },
    };
  });
  const omero = {
    ...versioned(declaration, {}),
    channels,
    rdefs: { model: channels.length > 1 ? "color" : "greyscale" },
  };
  const labels = declaration.images === "labels" ? { "image-label": imageLabel(declaration) } : {};
  return place(declaration, { multiscales: [multiscale(declaration, field)], omero, ...labels }, field.own);
}

/** Object 0 is the background, which viewers leave clear. `source`: what else there is, such as the image beside. */
function imageLabel(declaration: PlateDeclaration, source: JsonObject = {}): JsonObject {
  return versioned(declaration, { colors: [{ "label-value": 0, rgba: [0, 0, 0, 0] }], ...source });
}

/** Attributes of a label image of a field. */
export function labelAttributes(
  declaration: PlateDeclaration,
  field: Pick<DescribedField, "name" | "levels">,
): JsonObject {
  return place(declaration, {
    multiscales: [multiscale(declaration, { ...field, reduction: "nearest" })],
    "image-label": imageLabel(declaration, { source: { image: "../../" } }),
  });
}

/** Attributes of the group that lists a field's labels. */
export function labelListAttributes(declaration: PlateDeclaration, names: readonly string[]): JsonObject {
  return place(declaration, { labels: names });
}

/** Names of the axes of every array in a plate. */
export const axisNames: readonly string[] = Object.freeze(["t", "c", "z", "y", "x"]);

const methods: Readonly<Record<Reduction, string>> = {
  mean: "mean of 2 by 2 pixels, halves rounded to even",
  nearest: "the pixel of even row and column",
};

function multiscale(
  declaration: PlateDeclaration,
  { name, levels, reduction }: Pick<DescribedField, "name" | "levels" | "reduction">,
): JsonObject {
  const { pixelSize } = declaration;
  const space = (axis: string, known: boolean) => ({
    name: axis,
    type: "space",
    ...(known ? { unit: "micrometer" } : {}),
  });
  const scaleOf = (level: number) => [
    1,
    1,
    pixelSize?.z ?? 1,
    (pixelSize?.y ?? 1) * 2 ** level,
    (pixelSize?.x ?? 1) * 2 ** level,
  ];
  return versioned(declaration, {
    name,
    type: reduction,
    metadata: { method: methods[reduction] },
    axes: [
      { name: "t", type: "time" },
      { name: "c", type: "channel" },
      space("z", pixelSize?.z !== undefined),
      space("y", pixelSize !== undefined),
      space("x", pixelSize !== undefined),
    ],
    datasets: Array.from({ length: levels }, (_, level) => ({
      path: String(level),
      coordinateTransformations: [{ type: "scale", scale: scaleOf(level) }],
    })),
  });
}

/** A viewer needs a range that is none of nothing. */
function rangeToShow([low, high]: readonly [number, number] = [0, 1]): readonly [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  return high > low ? [low, high] : [low, low + 1];
}
