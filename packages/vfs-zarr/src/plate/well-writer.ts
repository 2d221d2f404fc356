import {
  type HostArray,
  type ImageKey,
  joinPath,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { groupDocuments } from "../arrays/array-documents.ts";
import type { JsonObject } from "../arrays/json.ts";
import { type FileSum, manifestName } from "../checksums/manifest.ts";
import { createSummedFiles } from "../checksums/summed-files.ts";
import { formatOf, type PlateDeclaration } from "./declaration.ts";
import { fieldAttributes, labelAttributes, labelListAttributes, wellAttributes } from "./ome-documents.ts";
import { createPlaneWriter, type PlaneWriter } from "./plane-writer.ts";
import { fieldFolder, sourceName, wellFolders } from "./plate-paths.ts";
import { rangeOf } from "./pyramid.ts";
import { removeIfThere } from "./remove.ts";

/** Writes one well. */
export interface WellWriter {
  writePlane(key: ImageKey, image: HostArray, signal: AbortSignal | undefined): Promise<void>;
  writeLabels(name: string, key: ImageKey, image: HostArray, signal: AbortSignal | undefined): Promise<void>;
  finish(source: string | undefined): Promise<void>;
}

interface Field {
  readonly site: string;
  readonly folder: string;
  /** Begun by the first image that is written. */
  image?: PlaneWriter;
  /** The least and greatest value of each channel. */
  readonly ranges: (readonly [number, number])[];
  /** The places along t, c and z of the planes that were written. */
  readonly written: Set<string>;
  readonly labels: Map<string, PlaneWriter>;
}

/** Begins a well. It is there for readers once it is finished: its file of checksums comes last. */
export function createWellWriter(
  storage: StorageBackend,
  root: string,
  declaration: PlateDeclaration,
  well: string,
): WellWriter {
  const format = formatOf(declaration);
  const [row, column] = wellFolders(well);
  const folder = joinPath(root, row, column);
  const files = createSummedFiles(storage, folder);
  const fields = new Map<string, Field>();
  const { timepoints, z } = declaration;
  const channels = declaration.channels.map(({ value }) => value);
  const reduction = declaration.images === "labels" ? "nearest" : "mean";
  let opened: Promise<void> | undefined;

  const writeGroup = async (path: string, attributes?: JsonObject): Promise<void> => {
    for (const [name, bytes] of groupDocuments(format, attributes))
      await files.write(joinPath(path, name), bytes);
  };
  // What an earlier run finished is no longer whole once the first file is replaced.
  const open = (): Promise<void> => {
    opened ??= removeIfThere(storage, joinPath(folder, manifestName));
    return opened;
  };

  const indexOf = (key: ImageKey): readonly [number, number, number] => [
    placeOf("timepoints", key.timepoint, timepoints),
    placeOf("channels", key.channel, channels),
    placeOf("z", key.z, z),
  ];

  const fieldOf = (site: string): Field => {
    const known = fields.get(site);
    if (known) return known;
    placeOf("sites", site, declaration.sites);
    const path = fieldFolder(site, declaration);
    const made = { site, folder: path, ranges: [], written: new Set<string>(), labels: new Map() };
    fields.set(site, made);
    return made;
  };

  const beginImage = (path: string, image: HostArray): PlaneWriter => {
    if (declaration.images === "labels") checkLabelDType(declaration.name, image);
    const lengths = [timepoints.length, channels.length, z.length] as const;
    const expected = { shape: declaration.shape ?? image.shape, dtype: declaration.dtype ?? image.dtype };
    return createPlaneWriter(declaration, path, lengths, expected, reduction, files.write);
  };

  const beginLabels = (path: string, name: string, image: HostArray): PlaneWriter => {
    checkLabels(name, image);
    const lengths = [timepoints.length, 1, z.length] as const;
    return createPlaneWriter(
      declaration,
      joinPath(path, "labels", name),
      lengths,
      image,
      "nearest",
      files.write,
    );
  };

  const finishField = async (field: Field, image: PlaneWriter): Promise<void> => {
    const path = field.folder;
    await image.writeDocuments();
    const names = [...field.labels.keys()].sort();
    for (const [name, { levels, writeDocuments }] of field.labels) {
      await writeDocuments();
      await writeGroup(joinPath(path, "labels", name), labelAttributes(declaration, { name, levels }));
    }
    if (names.length > 0) await writeGroup(joinPath(path, "labels"), labelListAttributes(declaration, names));
    const { dtype } = image.first;
    const attributes = fieldAttributes(declaration, {
      name: `${well} site ${field.site}`,
      dtype,
      levels: image.levels,
      reduction: dtype === "bool" ? "nearest" : reduction,
      ranges: field.ranges,
      own: { site: field.site, timepoints, channels, z, missing: missingPlanes(field, declaration) },
    });
    await writeGroup(path, attributes);
  };

  return {
    async writePlane(key, image, signal) {
      const index = indexOf(key);
      const field = fieldOf(key.site);
      field.image ??= beginImage(field.folder, image);
      await open();
      await field.image.writePlane(index, image, signal);
      const [low, high] = rangeOf(image.data);
      const [lowest, highest] = field.ranges[index[1]] ?? [low, high];
      field.ranges[index[1]] = [Math.min(low, lowest), Math.max(high, highest)];
      field.written.add(index.join());
    },
    async writeLabels(name, key, image, signal) {
      const [t, , plane] = indexOf(key);
      const { folder: path, labels } = fieldOf(key.site);
      const label = labels.get(name) ?? beginLabels(path, name, image);
      labels.set(name, label);
      await open();
      await label.writePlane([t, 0, plane], image, signal);
    },
    async finish(source) {
      for (const { site, image, labels } of fields.values())
        for (const name of image ? [] : labels.keys())
          throw new PlatewrightError(
            "storage",
            `The labels "${name}" of well ${well}, site ${site}, have no image beside them. Write the site's images too.`,
            { well },
          );
      const done = declaration.sites.flatMap((site) => {
        const field = fields.get(site);
        return field?.image && field.written.size > 0 ? [{ field, image: field.image }] : [];
      });
      if (done.length === 0) return;
      for (const { field, image } of done) await finishField(field, image);
      const folders = done.map(({ field }) => field.folder);
      await writeGroup("", wellAttributes(declaration, folders));
      if (source !== undefined) await files.write(sourceName, new TextEncoder().encode(source));
      await removeOthers(storage, folder, files.sums);
      for (const [name, bytes] of groupDocuments(format))
        await storage.write?.(joinPath(root, row, name), bytes, { overwrite: true });
      // What the sums vouch for reaches the disk before them.
      await storage.flush?.();
      await files.writeSums();
      await storage.flush?.();
    },
  };
}

function placeOf(list: string, value: string, values: readonly string[]): number {
  const place = values.indexOf(value);
  if (place >= 0) return place;
  throw new PlatewrightError(
    "parameter",
    `"${value}" is not among the declared ${list} of the plate: ${values.join(", ")}. Declare it.`,
    { value },
  );
}

function checkLabels(name: string, image: HostArray): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    throw new PlatewrightError(
      "parameter",
      `Labels can't be named "${name}". Use letters, digits, "-" and "_".`,
    );
  checkLabelDType(name, image);
}

function checkLabelDType(name: string, { dtype }: HostArray): void {
  if (dtype.startsWith("float") || dtype === "bool")
    throw new PlatewrightError(
      "dtype",
      `The labels "${name}" are ${dtype}; labels are whole numbers. Cast them.`,
    );
}

function missingPlanes(
  { written }: Field,
  { timepoints, channels, z }: PlateDeclaration,
): readonly number[][] {
  return timepoints.flatMap((_, t) =>
    channels.flatMap((__, c) =>
      z.flatMap((___, plane) => (written.has([t, c, plane].join()) ? [] : [[t, c, plane]])),
    ),
  );
}

/** Files of an earlier run that this one did not write. */
async function removeOthers(
  storage: StorageBackend,
  folder: string,
  sums: ReadonlyMap<string, FileSum>,
): Promise<void> {
  const others: string[] = [];
  for await (const { path } of storage.list(folder, { recursive: true }))
    if (!sums.has(path.slice(folder.length + 1))) others.push(path);
  for (const path of others) await storage.remove?.(path);
}
