import { lstatSync, type Stats, statSync } from "node:fs";
import { PlatewrightError, type StorageProvider } from "@platewright/core";
import type { FileCodec } from "./codecs/codec.ts";
import { createDiskBackend } from "./disk-backend.ts";
import { absoluteLocation, containsLocation, createRoot } from "./files/root.ts";
import { storageError } from "./files/storage-error.ts";
import { npyCodec } from "./npy/npy.ts";
import { pngCodec } from "./png/png.ts";
import { roiZipCodec } from "./roi/roi-zip.ts";
import { csvCodec } from "./table/csv.ts";
import { jsonCodec } from "./table/json.ts";
import { tiffCompressions } from "./tiff/encode-tiff.ts";
import { tiffCodec } from "./tiff/tiff-codec.ts";

/** The formats that every disk knows. */
const standardCodecs: readonly FileCodec[] = [
  tiffCodec,
  pngCodec,
  npyCodec,
  jsonCodec,
  csvCodec,
  roiZipCodec,
];

/** How the storage `disk` is set up. */
export interface DiskOptions {
  /** Formats besides TIFF, PNG, NPY, JSON, CSV and ImageJ ROI zips; they come first, so that they may replace one. */
  readonly codecs?: readonly FileCodec[];
  /**
   * When a file is brought to the disk, so that it outlives a machine that fails: `"each-write"` before it takes its name
   * (default), or `"flush"` when the backend's `flush` is called, many at once, which is several times as fast. A
   * process that is killed leaves whole files in either case.
   */
  readonly sync?: "each-write" | "flush";
}

/**
 * The storage `disk`: folders of the machine, a file for each path, formats by the file's ending.
 * A location is a path, absolute or relative to the working folder, with `~` for the home folder.
 *
 * @example
 * const storage = await disk().open("~/plates/plate-1");
 * await storage.writeArray?.("images/A01.tif", array, { pixelSize: { x: 0.325, y: 0.325 } });
 */
export function disk({ codecs: own = [], sync = "each-write" }: DiskOptions = {}): StorageProvider {
  const codecs = [...own, ...standardCodecs];
  return {
    kind: "storage",
    name: "disk",
    persistent: true,
    // A codec of one's own may know others.
    ...(own.length === 0 && { compressions: tiffCompressions }),
    async open(location, { readOnly = false } = {}) {
      const path = absoluteLocation(location);
      checkLocation(path, readOnly);
      return createDiskBackend(createRoot(path), location, { codecs, readOnly, sync });
    },
    resolve: absoluteLocation,
    contains: containsLocation,
  };
}

function checkLocation(path: string, readOnly: boolean): void {
  const fail = (code: "not-found" | "storage", sentence: string) =>
    new PlatewrightError(code, sentence, { path });
  const stats = ask(path, statSync);
  if (stats?.isDirectory()) return;
  if (stats) throw fail("storage", `${path} is a file, not a folder. Name the folder that holds the plate.`);
  if (readOnly) throw fail("not-found", `There is no folder ${path}. Check the path.`);
  // Nothing can be made through a link whose end is not there.
  if (ask(path, lstatSync)?.isSymbolicLink())
    throw fail(
      "not-found",
      `${path} is a link to a folder that is not there. Make that folder, or remove the link.`,
    );
}

type Ask = (path: string, options: { readonly throwIfNoEntry: false }) => Stats | undefined;

function ask(path: string, stat: Ask): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch (error) {
    throw storageError("list", path, error);
  }
}
