import {
  type ArrayDescription,
  type CallOptions,
  type ImageKey,
  isPlatewrightError,
  joinPath,
  type PlateImage,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { type Group, invalid } from "./group.ts";
import type { Multiscale } from "./multiscale.ts";

/** The images of one field. */
export interface FieldImages {
  readonly images: readonly PlateImage[];
  readonly missing: readonly ImageKey[];
  readonly shape: readonly [height: number, width: number];
  readonly dtype: ArrayDescription["dtype"];
  /** Values of the channels, in the order of their names. */
  readonly channels: readonly string[];
}

/** More are no field of a plate, but damaged numbers. */
const mostPlanes = 1_000_000;

/** The images of a field: one for each timepoint, channel and z of its array of full resolution. */
export function listImages(
  path: string,
  key: { readonly well: string; readonly site: string },
  { axes, datasets }: Multiscale,
  { shape, dtype }: ArrayDescription,
  { own, document }: Group,
): FieldImages {
  const lengthOf = (axis: string): number => (axes.includes(axis) ? (shape[axes.indexOf(axis)] ?? 0) : 1);
  const planes = lengthOf("t") * lengthOf("c") * lengthOf("z");
  if (planes > mostPlanes)
    throw invalid(document, `the array "${path}" of shape (${shape.join(", ")}) would hold ${planes} images`);
  const timepoints = valuesOf(own.timepoints, lengthOf("t"));
  const channels = valuesOf(own.channels, lengthOf("c"));
  const zs = valuesOf(own.z, lengthOf("z"));
  const absent = new Set((Array.isArray(own.missing) ? own.missing : []).map((plane) => String(plane)));
  const array = joinPath(path, datasets[0] ?? "");
  const images: PlateImage[] = [];
  const missing: ImageKey[] = [];
  for (const [t, timepoint] of timepoints.entries())
    for (const [c, channel] of channels.entries())
      for (const [n, z] of zs.entries()) {
        const image = { well: key.well, site: key.site, channel, z, timepoint };
        if (absent.has(`${t},${c},${n}`)) {
          missing.push(image);
          continue;
        }
        const places: Readonly<Record<string, number>> = { t, c, z: n };
        images.push({ ...image, path: array, plane: axes.slice(0, -2).map((axis) => places[axis] ?? 0) });
      }
  const [height = 0, width = 0] = shape.slice(-2);
  return { images, missing, shape: [height, width], dtype, channels };
}

function valuesOf(own: unknown, length: number): readonly string[] {
  const fits = Array.isArray(own) && own.length === length && own.every((value) => typeof value === "string");
  return fits ? (own as string[]) : Array.from({ length }, (_, i) => String(i + 1));
}

/**
 * Describes the array of full resolution, and, with `all`, checks the smaller ones: each is there and has as many axes as
 * the image. Throws "plate" with the reason.
 */
export async function describeLevels(
  storage: StorageBackend,
  path: string,
  { document }: Group,
  { axes, datasets }: Multiscale,
  all: boolean,
  options: CallOptions | undefined,
): Promise<ArrayDescription> {
  const described = await Promise.all(
    (all ? datasets : datasets.slice(0, 1)).map((dataset) =>
      describe(storage, joinPath(path, dataset), document, options),
    ),
  );
  for (const [i, { shape }] of described.entries()) {
    if (shape.length === axes.length) continue;
    throw invalid(
      document,
      `its array "${datasets[i]}" has ${shape.length} axes (${shape.join(", ")}), and ${axes.length} are named: ${axes.join(", ")}`,
    );
  }
  const [full] = described;
  if (!full) throw invalid(document, "it names no dataset");
  return full;
}

async function describe(
  storage: StorageBackend,
  path: string,
  document: string,
  options: CallOptions | undefined,
): Promise<ArrayDescription> {
  const { describeArray } = storage;
  if (!describeArray || storage.name === "disk")
    throw new PlatewrightError(
      "storage",
      `Storage "${storage.name}" reads no Zarr arrays. Open ${storage.location} with the storage "zarr" (@platewright/vfs-zarr).`,
      { storage: storage.name },
    );
  try {
    return await describeArray.call(storage, path, options);
  } catch (error) {
    if (!isPlatewrightError(error, "not-found") && !isPlatewrightError(error, "path")) throw error;
    throw new PlatewrightError(
      "plate",
      `"${document}" names the array "${path}", and there is none. Copy the plate again from where it was made.`,
      { path, cause: error },
    );
  }
}
