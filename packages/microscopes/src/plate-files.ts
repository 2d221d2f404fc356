import { type CallOptions, type Entry, type StorageBackend, throwIfAborted } from "@platewright/core";

const systemFile = /^(?:\._.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const systemFolder =
  /^(?:__MACOSX|@eaDir|\$RECYCLE\.BIN|\.Trashes|\.Spotlight-V100|\.fseventsd|\.AppleDouble)$/i;

/**
 * Whether a path is one that an operating system leaves beside people's files, such as `.DS_Store` or macOS's
 * `._A01_s1_w1.tif`, which bears an image's name and is none.
 */
function isSystemPath(path: string): boolean {
  const names = path.split("/");
  return systemFile.test(names.at(-1) ?? "") || names.some((name) => systemFolder.test(name));
}

/** What lies in a folder of a plate, as the storage lists it, without what the operating system left there. */
export async function* listPlate(
  storage: StorageBackend,
  folder: string,
  options: (CallOptions & { readonly recursive?: boolean }) | undefined,
): AsyncGenerator<Entry, void, undefined> {
  for await (const entry of storage.list(folder, options)) {
    throwIfAborted(options?.signal);
    if (!isSystemPath(entry.path)) yield entry;
  }
}
