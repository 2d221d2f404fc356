import { baseName, type CallOptions, joinPath, type StorageBackend } from "@platewright/core";
import { listPlate } from "../plate-files.ts";
import { isDateFolder, isHtd, isIdFolder, isTimepointFolder, isZStepFolder } from "./files.ts";
import { isTelling, readName } from "./names.ts";

/** Names the evidence that a folder is an ImageXpress plate, and stops at the first. */
export async function detectImageXpress(
  storage: StorageBackend,
  options?: CallOptions,
): Promise<string | undefined> {
  const { evidence, folders } = await look(storage, "", false, options);
  if (evidence !== undefined) return evidence;
  for (const folder of folders) {
    const found = await lookBelow(storage, folder, options);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Enters only the folders that the layout itself makes. */
async function lookBelow(
  storage: StorageBackend,
  folder: string,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  const name = baseName(folder);
  const inTimepoint = isTimepointFolder(name) || isZStepFolder(name);
  if (!inTimepoint && !isDateFolder(name) && !isIdFolder(name)) return undefined;
  const { evidence, folders } = await look(storage, folder, inTimepoint, options);
  if (evidence !== undefined) return evidence;
  for (const inner of folders) {
    const found = await lookBelow(storage, inner, options);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Looks at what lies directly in a folder. In a TimePoint folder every ImageXpress name counts. */
async function look(
  storage: StorageBackend,
  folder: string,
  inTimepoint: boolean,
  options: CallOptions | undefined,
): Promise<{ readonly evidence?: string; readonly folders: readonly string[] }> {
  const folders: string[] = [];
  for await (const { path, kind } of listPlate(storage, folder, options)) {
    const name = baseName(path);
    if (kind === "folder") {
      folders.push(joinPath(folder, name));
      continue;
    }
    if (isHtd(name) && (folder === "" || inTimepoint)) return { evidence: `HTD file "${path}"`, folders };
    const image = readName(name);
    if (image && (inTimepoint || isTelling(image)))
      return { evidence: `file "${path}", named as ImageXpress names images`, folders };
  }
  return { folders };
}
