import { PlatewrightError, type StorageProvider } from "@platewright/core";
import { disk } from "@platewright/vfs-disk";
import { type ByteStore, metadataNames } from "./bytes/byte-store.ts";
import { openDiskStore } from "./bytes/disk-store.ts";
import { openHttpStore } from "./bytes/http-store.ts";
import { openZipStore } from "./bytes/zip-store.ts";
import { codecs, type ZarrFormat } from "./codecs/encode-chunk.ts";
import { createZarrBackend, type ZarrBackend } from "./zarr-backend.ts";
import { createZarrReader } from "./zarr-reader.ts";

/** How the storage `zarr` is set up. */
export interface ZarrOptions {
  /** Version of the Zarr format in which `writeArray` writes. Default 2. A plate's own declaration says its own. */
  readonly format?: ZarrFormat;
}

/** The storage provider `zarr`, which opens a `ZarrBackend`. */
export interface ZarrProvider extends StorageProvider {
  /** Its backends keep whole plates as arrays, not a file for each image. */
  readonly keepsPlates: true;
  open(location: string, options?: { readonly readOnly?: boolean }): Promise<ZarrBackend>;
}

/**
 * The storage `zarr`: Zarr hierarchies in a folder, in a zip file or behind an address (the last two are read only).
 * It claims folders that hold Zarr metadata or end in `.zarr`, zip files that hold it, and http addresses.
 *
 * @example
 * const storage = await zarr().open("https://example.org/plate.zarr", { readOnly: true });
 * const image = await storage.readArray("A/1/0/0", { plane: [0, 0, 0] });
 */
export function zarr({ format = 2 }: ZarrOptions = {}): ZarrProvider {
  const local = disk();
  return {
    kind: "storage",
    name: "zarr",
    persistent: true,
    keepsPlates: true,
    compressions: codecs,
    async open(location, { readOnly = false } = {}) {
      if (readOnly) return createZarrReader(await openToRead(location), true);
      const what = isAddress(location) ? "an address" : isZip(location) ? "a zip file" : undefined;
      if (what === undefined) return createZarrBackend(await openDiskStore(location, false), format);
      throw new PlatewrightError(
        "storage",
        `${location} is ${what}, which is only read. Write to a folder.`,
        { location },
      );
    },
    async claims(location) {
      if (isAddress(location) || /\.zarr\/?$/i.test(location)) return true;
      const store = await openToRead(location).catch(() => undefined);
      for (const name of metadataNames) if (await store?.has(name)) return true;
      return false;
    },
    resolve: (location) => (isAddress(location) ? location.replace(/\/+$/, "") : local.resolve(location)),
    contains(outer, inner) {
      if (isAddress(outer) !== isAddress(inner)) return false;
      if (!isAddress(outer)) return local.contains(outer, inner);
      const [a, b] = [outer, inner].map((address) => `${new URL(address).href.replace(/\/+$/, "")}/`);
      return a !== undefined && (b ?? "").startsWith(a);
    },
  };
}

function isAddress(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

function isZip(location: string): boolean {
  return /\.zip$/i.test(location);
}

async function openToRead(location: string): Promise<ByteStore> {
  if (isZip(location)) return await openZip(location);
  return isAddress(location) ? openHttpStore(location) : await openDiskStore(location, true);
}

/** A zip file on the disk, read through the storage of its folder, or behind an address: in parts, as needed. */
async function openZip(location: string): Promise<ByteStore> {
  const full = isAddress(location) ? location : disk().resolve(location);
  const cut = Math.max(full.lastIndexOf("/"), full.lastIndexOf("\\")) + 1;
  const folder = full.slice(0, cut);
  const name = isAddress(location) ? decoded(full.slice(cut)) : full.slice(cut);
  const store = isAddress(location) ? openHttpStore(folder) : await openDiskStore(folder, true);
  const size = await store.sizeOf(name);
  if (size === undefined)
    throw new PlatewrightError("not-found", `There is no ${full}. Check the path.`, { location });
  return await openZipStore({
    location,
    size,
    readsAtOnce: store.readsAtOnce,
    read: async (range, signal) => (await store.getRange(name, range, signal)) ?? new Uint8Array(0),
  });
}

/** The name of a file in an address, which may be written as it is or with its signs encoded. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
