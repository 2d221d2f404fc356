import { type CallOptions, PlatewrightError, type StorageBackend } from "@platewright/core";

/** The bytes of a metadata file. Throws "storage" where the storage cannot read files. */
export async function readBytes(
  storage: StorageBackend,
  path: string,
  options: CallOptions | undefined,
): Promise<Uint8Array> {
  if (!storage.read)
    throw new PlatewrightError(
      "storage",
      `Storage "${storage.name}" cannot read files, so "${path}" of the plate ${storage.location} cannot be read. Open the plate with a storage that reads files.`,
      { path, storage: storage.name },
    );
  return storage.read(path, options);
}

/** The last name of a storage's location: the plate's folder. */
export function folderName(storage: StorageBackend): string {
  const names = storage.location.split(/[/\\]/).filter((name) => name !== "" && name !== ".");
  return names.at(-1) ?? storage.location;
}
