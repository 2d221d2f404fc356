import { isPlatewrightError, joinPath, rowName, type StorageBackend } from "@platewright/core";
import { groupDocuments } from "../arrays/array-documents.ts";
import { type FileSum, formatManifest, manifestName, parseManifest, sumOf } from "../checksums/manifest.ts";
import { dimensionsOf, formatOf, type PlateDeclaration } from "./declaration.ts";
import { type ListedWell, plateAttributes } from "./ome-documents.ts";
import { declarationName } from "./plate-paths.ts";

/**
 * Lists the finished wells in the plate's own metadata. Several may do this at once, each after its own wells: who writes
 * last has looked since, and found nothing that it did not list.
 */
export async function listWells(
  storage: StorageBackend,
  root: string,
  declaration: PlateDeclaration,
): Promise<readonly string[]> {
  for (;;) {
    const { documents, wells } = await describePlate(storage, root, declaration);
    let changed = false;
    for (const [name, bytes] of documents) {
      const path = joinPath(root, name);
      if (sameBytes(await readIfThere(storage, path), bytes)) continue;
      await storage.write?.(path, bytes, { overwrite: true });
      changed = true;
    }
    await storage.flush?.();
    if (!changed) return wells;
  }
}

async function describePlate(
  storage: StorageBackend,
  root: string,
  declaration: PlateDeclaration,
): Promise<{ readonly documents: ReadonlyMap<string, Uint8Array>; readonly wells: readonly string[] }> {
  const format = formatOf(declaration);
  const [rows, columns] = dimensionsOf(declaration);
  const rowNames = Array.from({ length: rows }, (_, i) => rowName(i));
  const files = new Map<string, FileSum>();
  const wells: ListedWell[] = [];
  let fields = 0;
  for (const [rowIndex, row] of rowNames.entries()) {
    const present = await foldersIn(storage, joinPath(root, row));
    for (let columnIndex = 0; columnIndex < columns; columnIndex += 1) {
      if (!present.has(String(columnIndex + 1))) continue;
      const path = `${row}/${columnIndex + 1}`;
      const manifest = joinPath(path, manifestName);
      const bytes = await readIfThere(storage, joinPath(root, manifest));
      if (!bytes) continue;
      files.set(manifest, sumOf(bytes));
      fields = Math.max(fields, countFields(parseManifest(manifest, bytes)));
      wells.push({ path, rowIndex, columnIndex });
      for (const [name, document] of groupDocuments(format)) files.set(joinPath(row, name), sumOf(document));
    }
  }
  const documents = new Map(groupDocuments(format, plateAttributes(declaration, wells, fields, rowNames)));
  for (const [name, bytes] of documents) files.set(name, sumOf(bytes));
  const declared = await readIfThere(storage, joinPath(root, declarationName));
  if (declared) files.set(declarationName, sumOf(declared));
  documents.set(manifestName, formatManifest(files));
  return { documents, wells: wells.map(({ path }) => path) };
}

function countFields(manifest: ReadonlyMap<string, FileSum>): number {
  return [...manifest.keys()].filter((path) => /^\d+\/(\.zattrs|zarr\.json)$/.test(path)).length;
}

async function foldersIn(storage: StorageBackend, folder: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { path, kind } of storage.list(folder)) {
    if (kind === "folder") names.add(path.slice(folder.length + 1));
  }
  return names;
}

/** The bytes of a file, `undefined` where it is not there. */
export async function readIfThere(storage: StorageBackend, path: string): Promise<Uint8Array | undefined> {
  try {
    return await storage.read?.(path);
  } catch (error) {
    if (isPlatewrightError(error, "not-found")) return undefined;
    throw error;
  }
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
