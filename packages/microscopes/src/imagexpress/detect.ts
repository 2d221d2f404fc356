import { baseName, type CallOptions, joinPath, type StorageBackend } from "@platewright/core";
import { listPlate } from "../plate-files.ts";
import { isDateFolder, isHtd, isIdFolder, isTimepointFolder, isZStepFolder } from "./files.ts";
import { isTelling, namesTwoWells, readName } from "./names.ts";

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

/**
 * Looks at what lies directly in a folder. In a TimePoint folder every ImageXpress name counts. Of names with two wells it is
 * the second where the first is the same in all, as the "P1" of "P1_A01_s1" and "P1_A02_s1".
 */
async function look(
  storage: StorageBackend,
  folder: string,
  inTimepoint: boolean,
  options: CallOptions | undefined,
): Promise<{ readonly evidence?: string; readonly folders: readonly string[] }> {
  const folders: string[] = [];
  const names = new Set<string | undefined>();
  const wells = new Set<string>();
  let doubtful = "";
  for await (const { path, kind } of listPlate(storage, folder, options)) {
    const name = baseName(path);
    if (kind === "folder") {
      folders.push(joinPath(folder, name));
      continue;
    }
    if (isHtd(name) && (folder === "" || inTimepoint)) return { evidence: `HTD file "${path}"`, folders };
    const image = readName(name);
    if (!image || !(inTimepoint || isTelling(image))) continue;
    if (inTimepoint || !namesTwoWells(image)) return { evidence: evidenceOf(path), folders };
    names.add(image.prefix);
    wells.add(image.key.well);
    doubtful = path;
  }
  return { folders, ...(names.size === 1 && wells.size > 1 && { evidence: evidenceOf(doubtful) }) };
}

function evidenceOf(path: string): string {
  return `file "${path}", named as ImageXpress names images`;
}
