import type { ArtifactFormat } from "../../pipeline/contract.ts";
import type { Task } from "../../pipeline/task.ts";
import { defined } from "../../plain-data.ts";
import { joinPath } from "../../vfs/path.ts";
import type { StorageProvider } from "../../vfs/storage-backend.ts";
import type {
  MaterialisedDraft,
  MaterialisedStep,
  PhaseContext,
  PlannedStep,
  StoresDraft,
} from "../draft.ts";
import { codeOf, identityOf } from "../plan/identity.ts";
import type { PlannedArtifact, PlannedOutput } from "../plan/plan.ts";
import { keptSteps } from "../steps/step-images.ts";
import { folderName, folderNames, foldName, progressFolder, resultFolders } from "../stores/folder-names.ts";

/**
 * Phase 3: where each step reads and writes. Intermediates stay in memory, each step in a folder of its own; the last
 * step's images, and those of steps marked `checkpoint`, also go to the results. Tables and documents likewise.
 */
export function planMaterialisation(draft: StoresDraft, context: PhaseContext): MaterialisedDraft {
  checkOutput(draft, context);
  const names = folderNames(keptSteps(draft));
  const outputOf = ({ index, settings: { values, origins } }: PlannedStep): PlannedOutput | undefined => {
    const name = names.get(index);
    if (name === undefined) return undefined;
    const store = draft.stores.find(
      (planned) => planned.step === index || planned.labels?.some((labels) => labels.step === index),
    );
    return defined({
      backend: values.storage,
      folder: store?.folder ?? joinPath("images", name),
      compression: origins.compression === "default" ? undefined : values.compression,
    });
  };
  const files = new Set<string>();
  const inArrays = context.storages.get(draft.storage)?.keepsPlates ?? false;
  const last = Math.max(...draft.steps.filter(({ task }) => !task).map(({ index }) => index));
  const taskFolders = folderNames(draft.steps.filter(({ task }) => task));
  const steps = draft.steps.map((step): MaterialisedStep => {
    if (step.task) return planTaskFiles(step, step.task, draft, taskFolders, context);
    const output = outputOf(step);
    return {
      ...step,
      readBackend: step.source === "plate" ? context.plate.storage : "memory",
      writeBackend: (step.index === last && output?.backend) || "memory",
      output,
      artifacts: [...step.gives].map(([key, format]) => planArtifact(step, key, format, files, inArrays)),
    };
  });
  return { ...draft, steps };
}

/** A step that works on files reads a persistent storage and writes the one that keeps tables. Reports storages that can't serve it. */
function planTaskFiles(
  step: PlannedStep,
  task: Task,
  draft: StoresDraft,
  folders: ReadonlyMap<number, string>,
  context: PhaseContext,
): MaterialisedStep {
  const read = (source: PlannedStep["source"]) => (source === "plate" ? undefined : draft.steps[source]);
  const inWells = draft.templates.map(({ steps }) => steps[step.index]?.source ?? step.source);
  for (const source of new Set(inWells)) checkTaskSource(step, read(source), context);
  const readBackend = read(step.source)?.settings.values.storage ?? context.plate.storage;
  return {
    ...step,
    readBackend,
    writeBackend: draft.storage,
    output: undefined,
    artifacts: [],
    plannedTask: {
      ...defined({ id: identityOf(task), code: codeOf(task.run, task), params: step.params }),
      folder: joinPath("artifacts", "steps", folders.get(step.index) ?? String(step.index)),
    },
  };
}

function checkTaskSource(step: PlannedStep, source: PlannedStep | undefined, context: PhaseContext): void {
  const storage = source?.settings.values.storage ?? context.plate.storage;
  const provider = context.storages.get(storage);
  if (!source || !provider || (provider.persistent && !provider.keepsPlates)) return;
  context.report(
    step.name,
    "task-storage",
    `It reads files, but the images of step "${source.name}" go to the storage "${storage}", which ${provider.persistent ? "keeps them as arrays of a plate" : "does not outlive the run"}.`,
    `Set storage: "disk" on step "${source.name}".`,
  );
}

/**
 * What is wrong with results that would lie in the plate: the output folder lies in it, or the plate lies in a folder of
 * the output folder that the run writes, such as the plate that an earlier run left there. `undefined` where nothing is.
 */
export function insidePlateText(
  provider: Pick<StorageProvider, "contains">,
  out: string,
  plate: string,
  stores: readonly string[],
): string | undefined {
  if (provider.contains(plate, out)) return `The output folder "${out}" lies inside the plate "${plate}".`;
  const folder = [...resultFolders, progressFolder, ...stores].find((name) =>
    provider.contains(joinPath(out, name), plate),
  );
  return folder === undefined
    ? undefined
    : `The plate "${plate}" lies in "${folder}" of the output folder "${out}", where results go.`;
}

/** What to do about it. */
export const insidePlateHint: string = "Nothing is written into a plate; give a folder elsewhere.";

function checkOutput({ stores, input }: StoresDraft, context: PhaseContext): void {
  const { out, plate } = context;
  const provider = context.storages.get(plate.storage);
  if (out === undefined || context.allowOutputInPlate || !provider) return;
  const folders = [...stores, ...(input ? [input] : [])].map(({ folder }) => folder);
  const message = insidePlateText(provider, out, plate.location, folders);
  if (message !== undefined) context.report(undefined, "output-inside-plate", message, insidePlateHint);
}

/** Whether a format keeps a file for each group, not one for all wells. */
export function isKeptByGroup(format: ArtifactFormat): boolean {
  return format === "tiff" || format === "roi";
}

/** Where an artifact is kept; a key whose file another has taken gets the step's number. */
function planArtifact(
  step: PlannedStep,
  key: string,
  format: ArtifactFormat | undefined,
  taken: Set<string>,
  inArrays: boolean,
): PlannedArtifact {
  const folder = joinPath(`${step.index}-${folderName(step.name)}`, "artifacts", encodeURIComponent(key));
  if (format === undefined) return { key, folder };
  const place = format === "csv" ? "tables" : "artifacts";
  let name = folderName(key);
  while (taken.has(foldName(joinPath(place, name)))) name = `${name}-${step.index + 1}`;
  taken.add(foldName(joinPath(place, name)));
  if (!isKeptByGroup(format))
    return { key, folder, file: { path: joinPath(place, `${name}.${format}`), format } };
  const ending = format === "roi" ? "zip" : inArrays ? "zarr" : "tif";
  return { key, folder, file: { path: joinPath(place, name), format, ending } };
}
