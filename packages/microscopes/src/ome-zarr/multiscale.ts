import type { PixelSize } from "@platewright/core";
import { type Group, invalid, type JsonObject, objectIn, objectsIn, textIn } from "./group.ts";

/** What an image's metadata says of its arrays. */
export interface Multiscale {
  /** Names of the axes, lower case; the last two are y and x. */
  readonly axes: readonly string[];
  /** Paths of the arrays below the image, the one of full resolution first. */
  readonly datasets: readonly string[];
  readonly pixelSize?: PixelSize;
  /** Names of the channels, where it has any. */
  readonly channelNames: readonly (string | undefined)[];
}

const micrometres: Readonly<Record<string, number>> = {
  micrometer: 1,
  nanometer: 1e-3,
  angstrom: 1e-4,
  millimeter: 1e3,
  centimeter: 1e4,
  meter: 1e6,
};
const axisTypes: Readonly<Record<string, string>> = {
  t: "time",
  c: "channel",
  z: "space",
  y: "space",
  x: "space",
};
const known = new Set(["t", "c", "z", "y", "x"]);

/** Reads the metadata of an image, of OME-Zarr 0.1 to 0.5. Throws "plate" with the reason where it is invalid. */
export function readMultiscale({ document, ome }: Group): Multiscale {
  const [multiscale = {}] = objectsIn(document, "multiscales", ome.multiscales);
  const axes = axesOf(document, multiscale);
  const entries = objectsIn(document, "multiscales[0].datasets", multiscale.datasets);
  const datasets = entries.map(({ path }, i) => textIn(document, `multiscales[0].datasets[${i}].path`, path));
  if (new Set(datasets).size < datasets.length) throw invalid(document, "two of its datasets have one path");
  const pixelSize = pixelSizeOf(document, multiscale, entries, axes);
  return {
    axes: axes.map(({ name }) => name),
    datasets,
    ...(pixelSize ? { pixelSize } : {}),
    channelNames: channelNamesOf(document, ome),
  };
}

interface Axis {
  readonly name: string;
  readonly unit?: unknown;
}

function axesOf(document: string, { axes, version }: JsonObject): readonly Axis[] {
  // Before 0.3 the axes were these five and not named.
  if (axes === undefined) {
    if (version !== undefined && !/^0\.[12]$/.test(String(version)))
      throw invalid(document, "multiscales[0].axes is missing");
    return ["t", "c", "z", "y", "x"].map((name) => ({ name }));
  }
  if (!Array.isArray(axes)) throw invalid(document, "multiscales[0].axes is no list");
  const read = axes.map((axis, i) => axisOf(document, axis, i));
  const names = read.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw invalid(document, `two of its axes ${names.join(", ")} have one name`);
  if (names.at(-2) !== "y" || names.at(-1) !== "x")
    throw invalid(document, `its axes are ${names.join(", ")}; the last two of an image are y, x`);
  const strange = names.find((name) => !known.has(name));
  if (strange !== undefined)
    throw invalid(document, `its axis "${strange}" is none of t, c, z, y, x, which plates have`);
  return read;
}

function axisOf(document: string, axis: unknown, i: number): Axis {
  if (typeof axis === "string") return { name: axis.toLowerCase() };
  const object = objectIn(axis);
  const name = textIn(document, `multiscales[0].axes[${i}].name`, object?.name).toLowerCase();
  const type = object?.type;
  if (type !== undefined && axisTypes[name] !== undefined && type !== axisTypes[name])
    throw invalid(
      document,
      `its axis "${name}" is of type ${JSON.stringify(type)}, not "${axisTypes[name]}"`,
    );
  return { name, unit: object?.unit };
}

/** The scale of full resolution times that of the whole image, in the unit that the axes name. */
function pixelSizeOf(
  document: string,
  multiscale: JsonObject,
  [full = {}, ...others]: readonly JsonObject[],
  axes: readonly Axis[],
): PixelSize | undefined {
  const whole = scaleOf(document, multiscale.coordinateTransformations, axes.length);
  const own = scaleOf(document, full.coordinateTransformations, axes.length);
  for (const other of others) scaleOf(document, other.coordinateTransformations, axes.length);
  const inMicrometres = (axis: number): number | undefined => {
    const unit = micrometres[String(axes[axis]?.unit)];
    const scale = own?.[axis];
    return unit === undefined || scale === undefined ? undefined : scale * (whole?.[axis] ?? 1) * unit;
  };
  const y = inMicrometres(axes.length - 2);
  const x = inMicrometres(axes.length - 1);
  return x === undefined || y === undefined ? undefined : { x, y, unit: "µm" };
}

function scaleOf(document: string, transformations: unknown, rank: number): readonly number[] | undefined {
  if (transformations === undefined) return undefined;
  const list = objectsIn(document, "coordinateTransformations", transformations);
  const scale = list.find(({ type }) => type === "scale")?.scale;
  if (scale === undefined) return undefined;
  const isScale = (value: unknown): boolean => typeof value === "number" && value > 0;
  if (Array.isArray(scale) && scale.length === rank && scale.every(isScale)) return scale as number[];
  throw invalid(
    document,
    `the scale ${JSON.stringify(scale)} is no list of ${rank} numbers above 0, one for each axis`,
  );
}

function channelNamesOf(document: string, { omero }: JsonObject): readonly (string | undefined)[] {
  const { channels } = objectIn(omero) ?? {};
  if (channels === undefined) return [];
  if (!Array.isArray(channels)) throw invalid(document, "omero.channels is no list");
  return channels.map((channel) => {
    const label = objectIn(channel)?.label;
    return typeof label === "string" && label !== "" ? label : undefined;
  });
}
