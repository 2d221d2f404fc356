import { type Component, compareValues } from "../../plate/image-key.ts";
import type { PlateDeclaration } from "../../plate/plate-store.ts";
import type { PhaseContext, PlannedStep, StepPlansDraft, StoresDraft } from "../draft.ts";
import { folderNames } from "../folder-names.ts";
import type { PlannedStore } from "../plan.ts";

/**
 * Phase 2: in which storage the results are kept. One that keeps plates as arrays has a plate declared for each step
 * whose images are kept: wells, sites, channels, z and timepoints as they will be after the step, codec, pixel size.
 * The run initialises them, once, before its first well.
 */
export function declareStores(draft: StepPlansDraft, context: PhaseContext): StoresDraft {
  const { storage } = context.settings.values;
  const provider = context.storages.get(storage);
  if (!provider) {
    context.report({
      code: "storage-unknown",
      message: `Results shall go to the storage "${storage}", which is not installed.`,
      hint: `Installed: ${[...context.storages.keys()].join(", ") || "none"}.`,
    });
  }
  const stores = provider?.keepsPlates ? planStores(draft, context) : [];
  return { ...draft, storage, stores };
}

function planStores(draft: StepPlansDraft, context: PhaseContext): readonly PlannedStore[] {
  const last = draft.steps.at(-1);
  const checkpoints = draft.steps.filter((step) => step.checkpoint && step !== last);
  const names = folderNames(checkpoints, ["plate"]);
  const stores = checkpoints.map((step) => ({
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
  const { values, origins } = context.settings;
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
