import { isKeptByGroup } from "../../compile/phases/3-materialisation.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import { wellOfFile } from "../../plate/image-name.ts";
import { baseName } from "../../vfs/path.ts";
import type { Entry, StorageBackend } from "../../vfs/storage-backend.ts";
import { readProgress } from "../progress.ts";
import type { RunReport } from "./report.ts";
import type { Results } from "./results.ts";
import { summarize, type WellSummary } from "./well-rows.ts";

/** The part of `run.json` that tells a later run what is there. */
export interface RunDocument {
  readonly pipeline?: string;
  readonly planHash?: string;
  /** `"running"` from the start on: a run that was killed leaves it so. */
  readonly status?: RunReport["status"] | "running";
  readonly wells?: RunReport["wells"];
  readonly steps?: readonly { readonly folder?: string }[];
  readonly outputs?: { readonly tables?: readonly string[]; readonly artifacts?: readonly string[] };
}

/** The document of an earlier run; `undefined` where there is none, an empty one where it can't be read. */
export async function readRunDocument(results: StorageBackend): Promise<RunDocument | undefined> {
  if (!(await results.has("run.json"))) return undefined;
  try {
    return ((await results.readValue?.("run.json")) ?? {}) as RunDocument;
  } catch {
    return {};
  }
}

/** Whether an earlier run completed every well of the plan. */
export function isComplete(plan: Plan, { planHash, status, wells }: RunDocument): boolean {
  const all = Object.keys(plan.wells);
  return planHash === plan.hash && status === "complete" && all.every((well) => wells?.[well] !== undefined);
}

/** The wells that an unfinished run of the plan has completed, and whose images are all there still. */
export async function completeWells(plan: Plan, results: Results): Promise<ReadonlyMap<string, WellSummary>> {
  const folders = imageFolders(plan, results);
  const complete = new Map<string, WellSummary>();
  for await (const outcome of readProgress(plan.hash, results.main)) {
    if (!Object.hasOwn(plan.wells, outcome.well)) continue;
    const there = outcome.images.map(async (path) => {
      const found = folders.find(({ folder }) => path.startsWith(`${folder}/`));
      return found === undefined || (await found.backend.has(path));
    });
    if ((await Promise.all(there)).every((one) => one)) complete.set(outcome.well, summarize(outcome));
  }
  return complete;
}

/** Removes the images and the artifacts of groups that a run which was cut off has left of some of the plan's wells. */
export async function discardWells(
  plan: Plan,
  results: Results,
  isDiscarded: (well: string) => boolean,
): Promise<void> {
  const wells = Object.keys(plan.wells).filter(isDiscarded);
  for (const planned of plan.stores) {
    const store = await results.plates(planned).joinPlate(planned.folder);
    for (const well of wells) await store.removeWell(well);
  }
  const artifacts = artifactFolders(plan).map((folder) => ({ folder, backend: results.main }));
  for (const { folder, backend } of [...imageFolders(plan, results), ...artifacts])
    await removeFrom(backend, folder, ({ path }) => {
      const well = wellOfFile(baseName(path)); // an array of the storage may be a folder
      return well !== undefined && isDiscarded(well);
    });
}

/** Removes what of a folder is stale. */
export async function removeFrom(
  backend: StorageBackend,
  folder: string,
  isStale: (entry: Entry) => boolean,
): Promise<void> {
  const stale: string[] = [];
  for await (const entry of backend.list(folder)) if (isStale(entry)) stale.push(entry.path);
  for (const path of stale) await backend.remove?.(path);
}

/** The folders of images that are files, not planes of a store. */
export function imageFolders(
  plan: Plan,
  results: Results,
): readonly { readonly folder: string; readonly backend: StorageBackend }[] {
  const stores = new Set(plan.stores.map(({ folder }) => folder));
  return plan.steps.flatMap(({ index, output }) =>
    output && !stores.has(output.folder) ? [{ folder: output.folder, backend: results.ofStep(index) }] : [],
  );
}

/** The folders of artifacts that are kept in a file for each group. */
function artifactFolders(plan: Plan): readonly string[] {
  return plan.steps.flatMap(({ gives }) =>
    gives.flatMap(({ file }) => (file && isKeptByGroup(file.format) ? [file.path] : [])),
  );
}
