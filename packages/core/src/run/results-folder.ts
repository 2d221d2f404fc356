import { insidePlateHint, insidePlateText } from "../compile/phases/3-materialisation.ts";
import type { Plan } from "../compile/plan.ts";
import { PlatewrightError } from "../errors.ts";
import { isImageName } from "../plate/image-name.ts";
import type { Plate } from "../plate/plate.ts";
import { plateStorageOf } from "../plate/plate-store.ts";
import { baseName } from "../vfs/path.ts";
import type { StorageBackend, StorageProvider } from "../vfs/storage-backend.ts";
import type { WellOutcome } from "./run-well.ts";
import type { TableRow } from "./tables.ts";

/** Where results go. */
export interface ResultsOptions {
  readonly plate: Plate;
  readonly out?: string | undefined;
  readonly allowOutputInPlate?: boolean | undefined;
}

/** Opens the place where the results go. Throws "path" where it lies in the plate, "storage" where it is not told. */
export async function openResults(
  plan: Plan,
  storages: ReadonlyMap<string, StorageProvider>,
  options: ResultsOptions,
): Promise<StorageBackend> {
  const location = options.out ?? plan.output?.location;
  const provider = storages.get(plan.settings.storage);
  if (location === undefined) {
    throw new PlatewrightError("storage", "It is not said where the results shall go. Give out: a folder.");
  }
  if (!provider) {
    throw new PlatewrightError("storage", `The storage "${plan.settings.storage}" is not installed.`);
  }
  const inside = storages.get(options.plate.storage)?.contains(options.plate.location, location) ?? false;
  if (inside && options.allowOutputInPlate !== true) {
    throw new PlatewrightError(
      "path",
      `${insidePlateText(location, options.plate.location)} ${insidePlateHint}`,
    );
  }
  return provider.open(location);
}

const resultFolders = ["images", "tables", "artifacts"];

/** Makes room for results: throws "exists" where there are some already, or removes them on request. */
export async function prepareResults(plan: Plan, results: StorageBackend, overwrite: boolean): Promise<void> {
  for (const name of [...resultFolders, ...plan.stores.map(({ folder }) => folder), "run.json"]) {
    if (overwrite || !(await results.has(name))) continue;
    throw new PlatewrightError(
      "exists",
      `"${results.location}" holds results already (${name}). Give another folder, or overwrite them on purpose.`,
      { location: results.location },
    );
  }
  if (overwrite) for (const path of await earlierResults(plan, results)) await results.remove?.(path);
  for (const { folder, declaration } of plan.stores) {
    await plateStorageOf(results).declarePlate(folder, declaration, { overwrite });
  }
}

/** What an earlier run left in the folders and files that it noted, and in those of this plan. Other files are not touched. */
async function earlierResults(plan: Plan, results: StorageBackend): Promise<readonly string[]> {
  const noted = await earlierRun(results);
  const folders = new Set([...plan.steps.flatMap(({ output }) => output?.folder ?? []), ...noted.folders]);
  const stale: string[] = [];
  for (const folder of folders) {
    for await (const { path, kind } of results.list(folder)) {
      if (kind === "file" && isImageName(baseName(path))) stale.push(path);
    }
  }
  for (const path of noted.files) if (await results.has(path)) stale.push(path);
  return stale;
}

/** The folders of images and the tables that the document of an earlier run names, as far as it can be read. */
async function earlierRun(
  results: StorageBackend,
): Promise<{ readonly folders: string[]; readonly files: string[] }> {
  let document: Partial<RunDocument> | undefined;
  try {
    document = (await results.readValue?.("run.json")) as Partial<RunDocument> | undefined;
  } catch {
    // No document, or one that can't be read, names nothing.
  }
  const { steps = [], outputs } = document ?? {};
  return {
    folders: steps.flatMap(({ folder }) => folder ?? []).filter(isResultPath),
    files: [...(outputs?.tables ?? []), ...(outputs?.artifacts ?? [])].filter(isResultPath),
  };
}

/** The part of `run.json` that says what was written. */
interface RunDocument {
  readonly steps: readonly { readonly folder?: string }[];
  readonly outputs: { readonly tables?: readonly string[]; readonly artifacts?: readonly string[] };
}

function isResultPath(path: unknown): path is string {
  return typeof path === "string" && resultFolders.some((folder) => path.startsWith(`${folder}/`));
}

/** Lists the wells that were written in the plates that the results were written into. */
export async function finishStores(plan: Plan, results: StorageBackend): Promise<void> {
  for (const { folder } of plan.stores) await (await plateStorageOf(results).joinPlate(folder)).finish();
}

/** Joins the wells' rows and writes them; the tables of wells that are not complete are left out. */
export async function writeTables(
  plan: Plan,
  outcomes: readonly WellOutcome[],
  results: StorageBackend,
  overwrite: boolean,
): Promise<{ readonly tables: readonly string[]; readonly artifacts: readonly string[] }> {
  const tables: string[] = [];
  const artifacts: string[] = [];
  if (!outcomes.some(({ status }) => status === "complete")) return { tables, artifacts };
  for (const { key, file } of plan.steps.flatMap(({ gives }) => gives)) {
    if (!file) continue;
    const rows: TableRow[] = [];
    for (const { tables: own } of outcomes) for (const row of own[key] ?? []) rows.push(row);
    if (!results.writeValue) {
      throw new PlatewrightError(
        "storage",
        `The storage backend "${results.name}" (${results.location}) can't write tables.`,
      );
    }
    await results.writeValue(file.path, rows, { overwrite });
    (file.format === "csv" ? tables : artifacts).push(file.path);
  }
  return { tables, artifacts };
}
