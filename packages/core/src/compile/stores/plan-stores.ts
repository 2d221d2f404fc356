import { defined } from "../../plain-data.ts";
import { type Component, compareValues } from "../../plate/image-key.ts";
import type { ImageSet } from "../../plate/image-set.ts";
import type { PlateDeclaration } from "../../plate/plate-store.ts";
import type { PhaseContext, PlannedStep, StepPlansDraft } from "../draft.ts";
import type { PlannedLabels, PlannedStore, TemplateStep } from "../plan/plan.ts";
import { collapsedBefore } from "../steps/step-images.ts";
import { declarePlate } from "./declare-plate.ts";
import { folderNames, foldName } from "./folder-names.ts";

/** What a template says of a step's images. */
type Side = "input" | "output";

/**
 * The plates for the steps whose images are kept in storages that keep plates. Labels go into the plate of the image that
 * they were made of: of the nearest step before that is kept in the same storage and has an image for each of theirs;
 * where there is none, the images that the step reads are kept for this. Labels of other planes than those of what they
 * were made from, such as of a projection in the same step, have a plate of their own.
 */
export function planStores(
  draft: StepPlansDraft,
  kept: readonly PlannedStep[],
  context: PhaseContext,
): readonly PlannedStore[] {
  const homes = new Map<number, PlannedStep>();
  const givesImages = kept.filter((step) => !isOfLabels(step));
  for (const step of kept.filter(isOfLabels)) {
    const home = imagesBefore(step, givesImages, draft) ?? sharedInput(step, homes, kept, draft);
    if (home) homes.set(step.index, home);
    else if (!readsLabels(step, draft) && isBeside(draft, step, step, "input")) homes.set(step.index, step);
  }
  const owners = kept.filter((step) => (homes.get(step.index) ?? step) === step);
  const last = draft.steps.length - 1;
  const main = homes.get(last) ?? owners.find((step) => step.index === last);
  const others = owners.filter((step) => step !== main);
  const names = folderNames(others, ["plate"]);
  const storeOf = (owner: PlannedStep, folder: string): PlannedStore => {
    const labels = planLabels(owner, kept, homes, draft);
    const holdsInput = homes.get(owner.index) === owner;
    return defined({
      step: owner.index,
      holds: holdsInput ? ("input" as const) : undefined,
      folder,
      declaration: declareStore(owner, holdsInput ? "input" : "output", draft, context),
      labels: labels.length > 0 ? labels : undefined,
    });
  };
  return [
    ...others.map((owner) => storeOf(owner, `${names.get(owner.index)}.zarr`)),
    ...(main ? [storeOf(main, "plate.zarr")] : []),
  ];
}

/** Whether the images of a step are numbers of objects, whichever chain gives them. */
function isOfLabels({ chains }: PlannedStep): boolean {
  return chains.size > 0 && [...chains.values()].every((chain) => chain.at(-1)?.contract.image === "labels");
}

/** The nearest step that labels were made from, directly or not, whose images are kept where they can go beside. */
function imagesBefore(
  labels: PlannedStep,
  givesImages: readonly PlannedStep[],
  draft: StepPlansDraft,
): PlannedStep | undefined {
  for (let source = labels.source; source !== "plate"; ) {
    const step = draft.steps[source];
    if (!step) return undefined;
    const sameStorage = step.settings.values.storage === labels.settings.values.storage;
    if (givesImages.includes(step) && sameStorage && isBeside(draft, labels, step, "output")) return step;
    source = step.source;
  }
  return undefined;
}

/** Whether a step reads labels: they are no images that others could lie beside. */
function readsLabels({ source }: PlannedStep, { steps }: StepPlansDraft): boolean {
  const read = source === "plate" ? undefined : steps[source];
  return read !== undefined && isOfLabels(read);
}

/** An earlier step of labels that keeps the images which it reads: the same ones, or those that the labels read here were made from. */
function sharedInput(
  labels: PlannedStep,
  homes: ReadonlyMap<number, PlannedStep>,
  kept: readonly PlannedStep[],
  draft: StepPlansDraft,
): PlannedStep | undefined {
  const { source } = labels;
  return kept.find(
    (step) =>
      homes.get(step.index) === step &&
      (step.source === source || (step.index === source && isOfLabels(step))) &&
      step.settings.values.storage === labels.settings.values.storage &&
      isBeside(draft, labels, step, "input"),
  );
}

/** Whether wherever a step gives labels there is, for each, an image of `owner` of the same site, timepoint and z. */
function isBeside(draft: StepPlansDraft, labels: PlannedStep, owner: PlannedStep, side: Side): boolean {
  return draft.templates.every(({ steps }) => {
    const own = steps[labels.index];
    if (!own) return true;
    const images = steps[owner.index]?.[side];
    return images !== undefined && hasSamePlanes(own.output, images);
  });
}

function hasSamePlanes(labels: ImageSet, images: ImageSet): boolean {
  const alike: readonly Component[] = ["site", "timepoint", "z"];
  return alike.every((component) => labels.values[component].join() === images.values[component].join());
}

function planLabels(
  owner: PlannedStep,
  kept: readonly PlannedStep[],
  homes: ReadonlyMap<number, PlannedStep>,
  draft: StepPlansDraft,
): readonly PlannedLabels[] {
  const here = kept.filter((step) => homes.get(step.index) === owner);
  const taken = new Set<string>();
  return here.map((step) => {
    const plain = step.name.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "labels";
    const name = taken.has(foldName(plain)) ? `${plain}-${step.index + 1}` : plain;
    taken.add(foldName(name));
    return { step: step.index, name, byChannel: valuesOf(draft, step, "output", "channel").length > 1 };
  });
}

function valuesOf(
  draft: StepPlansDraft,
  { index }: PlannedStep,
  side: Side,
  component: Component,
): readonly string[] {
  const found = draft.templates.flatMap(({ steps }) => {
    const planned: TemplateStep | null | undefined = steps[index];
    return planned?.[side].values[component] ?? [];
  });
  return [...new Set(found)].sort(compareValues);
}

function declareStore(
  step: PlannedStep,
  side: Side,
  draft: StepPlansDraft,
  { plate: { index } }: PhaseContext,
): PlateDeclaration {
  const collapsed = side === "output" ? step.collapsed : collapsedBefore(step.source, draft.steps);
  const images = {
    wells: [...draft.wells.keys()],
    // Of a component that chooses among chains, only what has a chain is read.
    valuesOf: (component: Component) =>
      valuesOf(draft, step, step.groupBy.includes(component) ? "output" : side, component),
    channelNames: collapsed.includes("channel") ? undefined : index.channelNames,
  };
  const declaration = declarePlate(index, images, step.settings);
  return side === "output" && isOfLabels(step) ? { ...declaration, images: "labels" } : declaration;
}
