import type { Plan } from "../../compile/plan/plan.ts";
import { progressFolder, resultFolders } from "../../compile/stores/folder-names.ts";
import { PlatewrightError } from "../../errors.ts";
import { isImageName } from "../../plate/image-name.ts";
import { baseName } from "../../vfs/path.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";
import { declareInput } from "../input/convert-input.ts";
import { clearProgress } from "../progress.ts";
import {
  completeWells,
  discardWells,
  imageFolders,
  isComplete,
  type RunDocument,
  readRunDocument,
  removeFrom,
} from "./earlier-run.ts";
import type { Results } from "./results.ts";
import type { WellSummary } from "./well-rows.ts";

/** How a run treats what an earlier one left: `"new"` refuses it, `"overwrite"` removes it, `"resume"` goes on with it. */
export type Beginning = "new" | "overwrite" | "resume";

/** Whether images of a well have changed since an earlier run noted their `source`. */
export type IsChanged = (well: string, source: string) => Promise<boolean>;

/** What a run finds of an earlier one with which it goes on. */
export interface Begun {
  /** The wells that need not be run, with what they gave. */
  readonly kept: ReadonlyMap<string, WellSummary>;
  /** Wells that were complete, but whose images have changed since. */
  readonly changed: readonly string[];
  /** The document of a run that completed every well: there is nothing left to do. */
  readonly finished?: RunDocument;
}

/**
 * Makes room for results, or finds those that the run can go on with. Throws "exists" where there are results that are
 * neither to be replaced nor those of an unfinished run of this very plan; `details.unfinished` counts the wells of one
 * that could be gone on with.
 */
export async function prepareResults(
  plan: Plan,
  results: Results,
  beginning: Beginning,
  isChanged: IsChanged,
): Promise<Begun> {
  const { main } = results;
  const document = await readRunDocument(main);
  if (beginning === "resume" && document) return goOn(plan, results, document, isChanged);
  const present = beginning === "overwrite" ? undefined : await firstPresent(plan, main);
  if (present !== undefined) throw await thereAlready(plan, results, document, present);
  if (beginning === "overwrite") {
    await removeEarlier(plan, results, document);
    await clearProgress(main);
  }
  await declareInput(plan, results, beginning !== "new");
  await declareStores(plan, results, beginning === "overwrite");
  // A plate that was declared alike before keeps its wells otherwise, and this run may not reach all of them.
  if (beginning === "overwrite") await discardWells(plan, results, () => true);
  return { kept: new Map(), changed: [] };
}

async function goOn(
  plan: Plan,
  results: Results,
  document: RunDocument,
  isChanged: IsChanged,
): Promise<Begun> {
  const { location } = results.main;
  if (document.planHash !== plan.hash) {
    const whose = document.planHash === undefined ? "an earlier run" : "another plan";
    throw new PlatewrightError(
      "exists",
      `"${location}" holds results of ${whose}, which can't be gone on with. Give another folder, or overwrite them on purpose.`,
      { location },
    );
  }
  if (isComplete(plan, document)) {
    const changed = await changedOf(Object.entries(document.wells ?? {}), isChanged);
    if (changed.length === 0) return { kept: new Map(), changed, finished: document };
    throw new PlatewrightError(
      "exists",
      `"${location}" holds a finished run, and images of ${changed.join(", ")} have changed since. Give another folder, or overwrite it on purpose.`,
      { location, changed },
    );
  }
  await declareInput(plan, results, true);
  const complete = await completeWells(plan, results);
  const changed = await changedOf([...complete], isChanged);
  const kept = new Map([...complete].filter(([well]) => !changed.includes(well)));
  // Where no well was completed the stores may not have been declared.
  if (complete.size === 0) await declareStores(plan, results, true);
  await discardWells(plan, results, (well) => !kept.has(well));
  return { kept, changed };
}

async function changedOf(
  wells: readonly (readonly [string, { readonly source?: string }])[],
  isChanged: IsChanged,
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [well, { source }] of wells)
    if (source !== undefined && (await isChanged(well, source))) changed.push(well);
  return changed;
}

async function firstPresent(plan: Plan, main: StorageBackend): Promise<string | undefined> {
  const names = [...resultFolders, ...plan.stores.map(({ folder }) => folder), progressFolder, "run.json"];
  for (const name of names) if (await main.has(name)) return name;
  return undefined;
}

async function thereAlready(
  plan: Plan,
  results: Results,
  document: RunDocument | undefined,
  name: string,
): Promise<PlatewrightError> {
  const { location } = results.main;
  if (document?.planHash !== plan.hash || isComplete(plan, document))
    return new PlatewrightError(
      "exists",
      `"${location}" holds results already (${name}). Give another folder, or overwrite them on purpose.`,
      { location },
    );
  const complete = (await completeWells(plan, results)).size;
  const wells = Object.keys(plan.wells).length;
  return new PlatewrightError(
    "exists",
    `"${location}" holds an unfinished run of this plan: ${complete} of ${wells} wells are complete. Go on with it, or overwrite it on purpose.`,
    { location, unfinished: { complete, wells } },
  );
}

async function declareStores(plan: Plan, results: Results, overwrite: boolean): Promise<void> {
  for (const planned of plan.stores)
    await results.plates(planned).declarePlate(planned.folder, planned.declaration, { overwrite });
}

/** Removes what an earlier run left in the folders and files that it noted, and in those of this plan. Other files are not touched. */
async function removeEarlier(
  plan: Plan,
  results: Results,
  { steps = [], outputs }: RunDocument = {},
): Promise<void> {
  const { main } = results;
  const noted = steps.flatMap(({ folder }) => folder ?? []).filter(isResultPath);
  const folders = [...imageFolders(plan, results), ...noted.map((folder) => ({ folder, backend: main }))];
  for (const { folder, backend } of folders)
    await removeFrom(backend, folder, ({ path, kind }) => kind === "file" && isImageName(baseName(path)));
  const files = [...(outputs?.tables ?? []), ...(outputs?.artifacts ?? [])].filter(isResultPath);
  for (const path of files) if (await main.has(path)) await main.remove?.(path);
}

function isResultPath(path: unknown): path is string {
  return typeof path === "string" && resultFolders.some((folder) => path.startsWith(`${folder}/`));
}

/** Lists the wells that were written in the plates that the results were written into. */
export async function finishStores(plan: Plan, results: Results): Promise<void> {
  for (const planned of [...(plan.input ? [plan.input] : []), ...plan.stores])
    await (await results.plates(planned).joinPlate(planned.folder)).finish();
}
