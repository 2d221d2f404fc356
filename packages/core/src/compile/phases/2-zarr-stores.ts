import { type Component, compareValues } from "../../plate/image-key.ts";
import type { PlateDeclaration } from "../../plate/plate-store.ts";
import type { PhaseContext, PlannedStep, StepPlansDraft, StoresDraft } from "../draft.ts";
import { folderNames } from "../folder-names.ts";
import { keptSteps } from "../kept-steps.ts";
import type { PlannedStore } from "../plan.ts";

/**
 * Phase 2: in which storage the results are kept. One that keeps plates as arrays has a plate declared for each step
 * whose images are kept there: wells, sites, channels, z and timepoints as they will be after the step, codec, pixel size.
 * The run initialises them, once, before its first well.
 */
export function declareStores(draft: StepPlansDraft, context: PhaseContext): StoresDraft {
  const { storage } = context.settings.values;
  checkStorage(storage, undefined, context);
  const kept = keptSteps(draft);
  for (const step of draft.steps) {
    const own = step.settings.values.storage;
    if (own !== storage) checkStorage(own, step, context);
    if (step.settings.origins.storage === "step" && !kept.includes(step)) {
      context.warn({
        step: step.name,
        code: "setting",
        message: `Its images would go to the storage "${own}", but they are not kept.`,
        hint: "Set checkpoint: true on it, or leave storage out.",
      });
    }
  }
  return { ...draft, storage, stores: planStores(draft, kept, context) };
}

function checkStorage(name: string, step: PlannedStep | undefined, context: PhaseContext): void {
  if (context.storages.has(name)) return;
  context.report({
    ...(step ? { step: step.name } : {}),
    code: "storage-unknown",
    message: `${step ? "Its images" : "Results"} shall go to the storage "${name}", which is not installed.`,
    hint: `Installed: ${[...context.storages.keys()].join(", ") || "none"}.`,
  });
}

function planStores(
  draft: StepPlansDraft,
  kept: readonly PlannedStep[],
  context: PhaseContext,
): readonly PlannedStore[] {
  const inPlates = kept.filter((step) => context.storages.get(step.settings.values.storage)?.keepsPlates);
  const last = inPlates.find((step) => step.index === draft.steps.length - 1);
  const others = inPlates.filter((step) => step !== last);
  const names = folderNames(others, ["plate"]);
  const stores = others.map((step) => ({
    step: step.index,
    folder: `${names.get(step.index)}.zarr`,
    declaration: declarePlate(step, draft, context),
  }));
  if (last)
    stores.push({ step: last.index, folder: "plate.zarr", declaration: declarePlate(last, draft, context) });
  return stores;
}

function declarePlate(step: PlannedStep, draft: StepPlansDraft, context: PhaseContext): PlateDeclaration {
  const { name, channelNames, plateDimensions, pixelSize } = context.plate.index;
  const { values, origins } = step.settings;
  const valuesOf = (component: Component): readonly string[] => {
    const found = draft.templates.flatMap(({ steps }) => steps[step.index]?.output.values[component] ?? []);
    return [...new Set(found)].sort(compareValues);
  };
  const named = step.collapsed.includes("channel") ? undefined : channelNames;
  return {
    name,
    wells: [...draft.wells.keys()],
    sites: valuesOf("site"),
    timepoints: valuesOf("timepoint"),
    channels: valuesOf("channel").map((value) => {
      const channel = named?.[value];
      return channel === undefined ? { value } : { value, name: channel };
    }),
    z: valuesOf("z"),
    ...(plateDimensions ? { plateDimensions } : {}),
    ...(pixelSize ? { pixelSize: { x: pixelSize.x, y: pixelSize.y } } : {}),
    ...(origins.compression === "default" ? {} : { codec: values.compression }),
  };
}
