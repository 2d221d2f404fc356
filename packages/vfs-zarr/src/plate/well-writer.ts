import {
  type HostArray,
  type ImageKey,
  joinPath,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { groupDocuments } from "../arrays/array-documents.ts";
import type { JsonObject } from "../arrays/json.ts";
import { type FileSum, formatManifest, manifestName, sumOf } from "../checksums/manifest.ts";
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
  readonly image: PlaneWriter;
  readonly ranges: (readonly [number, number])[];
  readonly written: Set<string>;
}

interface LabelImage {
  readonly site: string;
  readonly name: string;
  readonly image: PlaneWriter;
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
  const sums = new Map<string, FileSum>();
  const fields = new Map<string, Field>();
  const labels = new Map<string, LabelImage>();
  const { timepoints, channels, z } = declaration;
  const reduction = declaration.images === "labels" ? "nearest" : "mean";
  let opened: Promise<void> | undefined;

  const writeFile = async (path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> => {
    const writing = storage.write?.(joinPath(folder, path), bytes, { overwrite: true, signal });
    // While the system writes. Should it fail, the well is not finished with this sum: its plane must be written again.
    sums.set(path, sumOf(bytes));
    await writing;
  };
  const writeGroup = async (path: string, attributes?: JsonObject): Promise<void> => {
    for (const [name, bytes] of groupDocuments(format, attributes))
      await writeFile(joinPath(path, name), bytes);
  };
  // What an earlier run finished is no longer whole once the first file is replaced.
  const open = (): Promise<void> => {
    opened ??= removeIfThere(storage, joinPath(folder, manifestName));
    return opened;
  };

  const indexOf = (key: ImageKey): readonly [number, number, number] => [
    placeOf("timepoints", key.timepoint, timepoints),
    placeOf(
      "channels",
      key.channel,
      channels.map(({ value }) => value),
    ),
    placeOf("z", key.z, z),
  ];

  const fieldOf = (site: string, image: HostArray): Field => {
    const known = fields.get(site);
    if (known) return known;
    placeOf("sites", site, declaration.sites);
    if (declaration.images === "labels") checkLabelDType(declaration.name, image);
    const lengths = [timepoints.length, channels.length, z.length] as const;
    const expected = { shape: declaration.shape ?? image.shape, dtype: declaration.dtype ?? image.dtype };
    const made: Field = {
      site,
      image: createPlaneWriter(
        declaration,
        fieldFolder(site, declaration),
        lengths,
        expected,
        reduction,
        writeFile,
      ),
      ranges: [],
      written: new Set(),
    };
    fields.set(site, made);
    return made;
  };

  const labelOf = (name: string, site: string, image: HostArray): LabelImage => {
    const id = `${site}\0${name}`;
    const known = labels.get(id);
    if (known) return known;
    checkLabels(name, image);
    placeOf("sites", site, declaration.sites);
    const path = joinPath(fieldFolder(site, declaration), "labels", name);
    const lengths = [timepoints.length, 1, z.length] as const;
    const made = {
      site,
      name,
      image: createPlaneWriter(declaration, path, lengths, image, "nearest", writeFile),
    };
    labels.set(id, made);
    return made;
  };

  const finishField = async (field: Field): Promise<void> => {
    const path = fieldFolder(field.site, declaration);
    await field.image.writeDocuments();
    const own = [...labels.values()]
      .filter(({ site }) => site === field.site)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, image } of own) {
      await image.writeDocuments();
      await writeGroup(
        joinPath(path, "labels", name),
        labelAttributes(declaration, { name, levels: image.levels }),
      );
    }
    if (own.length > 0)
      await writeGroup(
        joinPath(path, "labels"),
        labelListAttributes(
          declaration,
          own.map(({ name }) => name),
        ),
      );
    const { dtype } = field.image.first;
    await writeGroup(
      path,
      fieldAttributes(declaration, {
        name: `${well} site ${field.site}`,
        dtype,
        levels: field.image.levels,
        reduction: dtype === "bool" ? "nearest" : reduction,
        ranges: field.ranges,
        own: {
          site: field.site,
          timepoints,
          channels: channels.map(({ value }) => value),
          z,
          missing: missingPlanes(field, declaration),
        },
      }),
    );
  };

  return {
    async writePlane(key, image, signal) {
      const index = indexOf(key);
      const field = fieldOf(key.site, image);
      await open();
      await field.image.writePlane(index, image, signal);
      const [low, high] = rangeOf(image.data);
      const [lowest, highest] = field.ranges[index[1]] ?? [low, high];
      field.ranges[index[1]] = [Math.min(low, lowest), Math.max(high, highest)];
      field.written.add(index.join());
    },
    async writeLabels(name, key, image, signal) {
      const [t, , plane] = indexOf(key);
      const label = labelOf(name, key.site, image);
      await open();
      await label.image.writePlane([t, 0, plane], image, signal);
    },
    async finish(source) {
      const orphan = [...labels.values()].find(({ site }) => !fields.has(site));
      if (orphan)
        throw new PlatewrightError(
          "storage",
          `The labels "${orphan.name}" of well ${well}, site ${orphan.site}, have no image beside them. Write the site's images too.`,
          { well },
        );
      const done = [...fields.values()].filter(({ written }) => written.size > 0);
      if (done.length === 0) return;
      done.sort((a, b) => declaration.sites.indexOf(a.site) - declaration.sites.indexOf(b.site));
      for (const field of done) await finishField(field);
      await writeGroup(
        "",
        wellAttributes(
          declaration,
          done.map(({ site }) => fieldFolder(site, declaration)),
        ),
      );
      if (source !== undefined) await writeFile(sourceName, new TextEncoder().encode(source));
      await removeOthers(storage, folder, sums);
      for (const [name, bytes] of groupDocuments(format))
        await storage.write?.(joinPath(root, row, name), bytes, { overwrite: true });
      // What the sums vouch for reaches the disk before them.
      await storage.flush?.();
      await storage.write?.(joinPath(folder, manifestName), formatManifest(sums), { overwrite: true });
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
