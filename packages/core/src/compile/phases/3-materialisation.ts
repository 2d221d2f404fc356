import { joinPath } from "../../vfs/path.ts";
import type {
  MaterialisedDraft,
  MaterialisedStep,
  PhaseContext,
  PlannedStep,
  StoresDraft,
} from "../draft.ts";
import type { PlannedArtifact } from "../plan.ts";

/**
 * Phase 3: where each step reads and writes. Intermediates stay in memory, each step in a folder of its own; the last
 * step's images, and those of steps marked `checkpoint`, also go to the results. Tables and documents likewise.
 */
export function planMaterialisation(draft: StoresDraft, context: PhaseContext): MaterialisedDraft {
  checkOutput(draft, context);
  const folders = imageFolders(draft.steps);
  const files = new Set<string>();
  const steps = draft.steps.map((step): MaterialisedStep => {
    const folder = folders.get(step.index);
    return {
      ...step,
      readBackend: step.source === "plate" ? context.plate.storage : "memory",
      writeBackend: step.index === draft.steps.length - 1 ? draft.store.storage : "memory",
      output: folder === undefined ? undefined : { backend: draft.store.storage, folder },
      artifacts: [...step.gives].map(([key, format]) => planArtifact(step, key, format, files)),
    };
  });
  return { ...draft, steps };
}

/** What is wrong with results that would lie in the plate. */
export function insidePlateText(out: string, plate: string): string {
  return `The output folder "${out}" lies inside the plate "${plate}".`;
}

/** What to do about it. */
export const insidePlateHint: string = "Nothing is written into a plate; give a folder elsewhere.";

function checkOutput(draft: StoresDraft, context: PhaseContext): void {
  const { out, plate } = context;
  const provider = context.storages.get(plate.storage);
  if (out === undefined || context.allowOutputInPlate || !provider || draft.store.storage !== plate.storage)
    return;
  if (provider.contains(plate.location, out)) {
    context.report({
      code: "output-inside-plate",
      message: insidePlateText(out, plate.location),
      hint: insidePlateHint,
    });
  }
}

/** The folder of each step whose images are kept; a name that would become another step's folder gets the step's number. */
function imageFolders(steps: readonly PlannedStep[]): ReadonlyMap<number, string> {
  const kept = steps.filter((step) => step.checkpoint || step.index === steps.length - 1);
  const names = kept.map((step) => folderName(step.name));
  const taken = new Set(names.filter((name, i) => isAlone(name, i, names)).map(foldName));
  return new Map(
    kept.map((step, i) => {
      const plain = names[i] as string;
      let name = plain;
      for (let tried = 0; !isAlone(plain, i, names) && (tried === 0 || taken.has(foldName(name))); tried++) {
        name = `${plain}${"-".repeat(tried + 1)}${step.index + 1}`;
      }
      taken.add(foldName(name));
      return [step.index, joinPath("images", name)];
    }),
  );
}

function isAlone(name: string, at: number, names: readonly string[]): boolean {
  return names.every((other, i) => i === at || foldName(other) !== foldName(name));
}

/** What file systems that ignore case, and spell letters with accents in one way, make of a name. */
function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Where an artifact is kept; a key whose file another has taken gets the step's number. */
function planArtifact(
  step: PlannedStep,
  key: string,
  format: "csv" | "json" | undefined,
  taken: Set<string>,
): PlannedArtifact {
  const folder = joinPath(`${step.index}-${folderName(step.name)}`, "artifacts", folderName(key));
  if (format === undefined) return { key, folder };
  const place = format === "csv" ? "tables" : "artifacts";
  let name = folderName(key);
  while (taken.has(foldName(joinPath(place, name)))) name = `${name}-${step.index + 1}`;
  taken.add(foldName(joinPath(place, name)));
  return { key, folder, file: { path: joinPath(place, `${name}.${format}`), format } };
}

/** A step's name as a folder's: letters, digits, `-`, `_` and `.`, nothing else. */
function folderName(name: string): string {
  return (
    name
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[.-]+|[.-]+$/g, "") || "step"
  );
}
