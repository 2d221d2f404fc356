import { isPlatewrightError, type StorageBackend } from "@platewright/core";

/** Removes a file, where it is there. */
export async function removeIfThere(storage: StorageBackend, path: string): Promise<void> {
  try {
    await storage.remove?.(path);
  } catch (error) {
    if (!isPlatewrightError(error, "not-found")) throw error;
  }
}

/** Removes a folder with all that is listed in it. A folder in which a killed write left its hidden file stays. */
export async function removeBelow(storage: StorageBackend, folder: string): Promise<void> {
  const paths: string[] = [];
  for await (const { path } of storage.list(folder, { recursive: true })) paths.push(path);
  for (const path of paths) await removeIfThere(storage, path);
  const folders = new Set(paths.flatMap((path) => foldersBetween(path, folder)));
  for (const path of [...folders].sort((a, b) => b.length - a.length)) await removeIfEmpty(storage, path);
}

function foldersBetween(path: string, top: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf("/"); at >= Math.max(1, top.length); at = path.lastIndexOf("/", at - 1))
    folders.push(path.slice(0, at));
  return folders;
}

async function removeIfEmpty(storage: StorageBackend, path: string): Promise<void> {
  try {
    await storage.remove?.(path);
  } catch (error) {
    if (!isPlatewrightError(error, "storage") && !isPlatewrightError(error, "not-found")) throw error;
  }
}
