import type { PhaseContext, PlannedStep, StepPlansDraft, StoresDraft } from "../draft.ts";
import { keptSteps } from "../steps/step-images.ts";
import { planInput } from "../stores/plan-input.ts";
import { planStores } from "../stores/plan-stores.ts";

/**
 * Phase 2: in which storage the results are kept. One that keeps plates as arrays has plates declared for the steps
 * whose images are kept there: wells, sites, channels, z and timepoints as they will be after the step, version, codec,
 * chunks, pixel size; labels go beside the images that they belong to. The run initialises them, once, before its first well.
 */
export function declareStores(draft: StepPlansDraft, context: PhaseContext): StoresDraft {
  const { storage } = context.settings.values;
  checkStorage(storage, undefined, context);
  const kept = keptSteps(draft);
  for (const step of draft.steps) {
    const own = step.settings.values.storage;
    if (own !== storage) checkStorage(own, step, context);
    if (step.settings.origins.storage === "step" && !kept.includes(step)) {
      context.warn(
        step.name,
        "setting",
        `Its images would go to the storage "${own}", but they are not kept.`,
        "Set checkpoint: true on it, or leave storage out.",
      );
    }
  }
  const inPlates = kept.filter((step) => context.storages.get(step.settings.values.storage)?.keepsPlates);
  for (const step of kept) checkCompression(step, context);
  const stores = planStores(draft, inPlates, context);
  return { ...draft, storage, stores, input: planInput(context) };
}

function checkCompression({ name, settings: { values, origins } }: PlannedStep, context: PhaseContext): void {
  const { compressions } = context.storages.get(values.storage) ?? {};
  if (origins.compression === "default" || !compressions || compressions.includes(values.compression)) return;
  context.report(
    name,
    "setting",
    `Its images shall be packed by "${values.compression}", which the storage "${values.storage}" does not know.`,
    `Set compression to one of ${compressions.join(", ")}.`,
  );
}

function checkStorage(name: string, step: PlannedStep | undefined, context: PhaseContext): void {
  if (context.storages.has(name)) return;
  context.report(
    step?.name,
    "storage-unknown",
    `${step ? "Its images" : "Results"} shall go to the storage "${name}", which is not installed.`,
    `Installed: ${[...context.storages.keys()].join(", ") || "none"}.`,
  );
}
