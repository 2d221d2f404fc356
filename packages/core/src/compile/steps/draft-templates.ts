import { isPlatewrightError, messageOf } from "../../errors.ts";
import { components, groupByWell, type ImageKey, type ImagePosition } from "../../plate/image-key.ts";
import {
  groupPositions,
  type ImageGroup,
  type ImageSet,
  imageSetOf,
  positionsOf,
  positionText,
  positionWords,
  valuesOf,
} from "../../plate/image-set.ts";
import type { CallDraft, PhaseContext, PlannedStep, StepPlansDraft, TemplateDraft } from "../draft.ts";
import { stableJson } from "../plan/hash.ts";
import { chainFor, type TemplateStep } from "../plan/plan.ts";

/** Finds out which images each well has before and after each step; wells that agree, and run the same steps, share a template. */
export function draftTemplates(
  steps: readonly PlannedStep[],
  context: PhaseContext,
): Pick<StepPlansDraft, "templates" | "wells"> {
  const { index } = context.plate;
  const skip = context.settings.values.missing === "skip";
  const present = groupByWell(index.images);
  const holes = groupByWell(holesOf(context));
  const templates: TemplateDraft[] = [];
  const byText = new Map<string, number>();
  const wells = new Map<string, { template: number; missing: readonly ImageKey[] }>();
  for (const well of context.wells) {
    const images = imageSetOf(present.get(well) ?? []);
    const missing = holes.get(well) ?? [];
    const gone = skip ? missing : [];
    const running = steps.map((step) => step.wells?.has(well) ?? true);
    const text = stableJson([images, gone.map(positionText), running]);
    let template = byText.get(text);
    if (template === undefined) {
      template = templates.length;
      byText.set(text, template);
      templates.push(draftTemplate({ steps, running, images, gone }, context));
    }
    if (missing.length > 0) warnMissing(well, missing, skip, context);
    wells.set(well, { template, missing: skip ? [] : missing });
  }
  warnUnreadable(context);
  return { templates, wells };
}

/** Missing images whose component values all occur on the plate: holes, not channels or planes that were never taken. */
function holesOf({ plate: { index } }: PhaseContext): readonly ImageKey[] {
  const values = valuesOf(index.images);
  const onPlate = components.map((component) => [component, new Set(values[component])] as const);
  return index.missing.filter((key) => onPlate.every(([component, there]) => there.has(key[component])));
}

function warnMissing(well: string, missing: readonly ImageKey[], skip: boolean, context: PhaseContext): void {
  const named = missing.slice(0, 3).map(positionWords);
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
  context.warn(
    undefined,
    "images-missing",
    `Well ${well} lacks ${named.join("; ")}${more}.`,
    skip
      ? "Groups with missing images are left out."
      : 'The well will fail; missing: "skip" leaves out only the groups concerned.',
  );
}

const mostUnreadable = 3;

/** Of images that can't be read the first are named: where there are many, they are alike. */
function warnUnreadable(context: PhaseContext): void {
  const { images, unreadable = [] } = context.plate.index;
  if (unreadable.length === 0) return;
  const reasons = new Map(unreadable.map(({ path, reason }) => [path, reason]));
  const wells = new Set(context.wells);
  const concerned = new Map(
    images.flatMap(({ well, path }) => {
      const reason = wells.has(well) ? reasons.get(path) : undefined;
      return reason === undefined ? [] : [[path, `Well ${well}: ${reason}`]];
    }),
  );
  const sentences = [...concerned.values()];
  const more = sentences.length - mostUnreadable;
  const hint = "Wells will fail where a step reads such an image.";
  for (const sentence of sentences.slice(0, mostUnreadable))
    context.warn(undefined, "image-unreadable", sentence, hint);
  if (more > 0) {
    const what = more === 1 ? "image that was" : `${more} images that were`;
    const message = `Nor can the ${what} looked into after these be read.`;
    context.warn(undefined, "image-unreadable", message, hint);
  }
}

interface WellImages {
  readonly steps: readonly PlannedStep[];
  /** Which of the steps run. */
  readonly running: readonly boolean[];
  readonly images: ImageSet;
  /** Images without which a group is left out. */
  readonly gone: readonly ImagePosition[];
}

function draftTemplate(well: WellImages, context: PhaseContext): TemplateDraft {
  const { steps, images, gone } = well;
  const whole = gone.length > 0 ? imageSetOf([...positionsOf(images), ...gone]) : undefined;
  const drafted: (TemplateStep | null)[] = [];
  // What there would be if no image were missing: a group that has fewer slices than there is left out, in later steps too.
  const complete: (TemplateStep | null)[] = [];
  for (const [i, step] of steps.entries()) {
    if (!well.running[i]) {
      drafted.push(null);
      complete.push(null);
      continue;
    }
    const source = sourceIn(step, well);
    const read = (done: readonly (TemplateStep | null)[], plate: ImageSet): ImageSet =>
      source === "plate" ? plate : (done[source]?.output ?? plate);
    const groups = groupPositions(read(drafted, images), step.variableComponents);
    const wholes = whole && groupPositions(read(complete, whole), step.variableComponents);
    const own = source === step.source ? {} : { source };
    drafted.push({ ...draftStep(step, wholes ? groups.filter(isIn(wholes)) : groups, context), ...own });
    complete.push(wholes ? draftStep(step, wholes, context) : null);
  }
  return { images, steps: drafted };
}

/** What a step reads in a well: where its source does not run, what that would have read. */
function sourceIn(step: PlannedStep, { steps, running }: WellImages): PlannedStep["source"] {
  let { source } = step;
  while (source !== "plate" && !running[source]) source = steps[source]?.source ?? "plate";
  return source;
}

function isIn(wholes: readonly ImageGroup[]): (group: ImageGroup) => boolean {
  const sizes = new Map(wholes.map(({ fixed, positions }) => [stableJson(fixed), positions.length]));
  return ({ fixed, positions }) => sizes.get(stableJson(fixed)) === positions.length;
}

function draftStep(step: PlannedStep, groups: readonly ImageGroup[], context: PhaseContext): TemplateStep {
  if (step.task) {
    const images = imageSetOf(groups.flatMap(({ positions }) => positions));
    return { input: images, output: images };
  }
  const output: ImagePosition[] = [];
  const used: ImagePosition[] = [];
  for (const group of groups) {
    const calls = callsFor(step, group);
    if (!calls) continue;
    used.push(...group.positions);
    output.push(...group.positions.slice(0, slicesAfter(step, calls, group.positions.length, context)));
  }
  return { input: imageSetOf(used), output: imageSetOf(output) };
}

/** The groups of a step in the wells of a template; none where it does not run. */
export function groupsIn(template: TemplateDraft | undefined, step: PlannedStep): readonly ImageGroup[] {
  const images = template?.steps[step.index]?.input;
  return images ? groupPositions(images, step.variableComponents) : [];
}

/** The chain that serves a group; `undefined` where the step has functions by component and none for this one. */
export function callsFor(
  step: PlannedStep,
  group: Pick<ImageGroup, "fixed">,
): readonly CallDraft[] | undefined {
  return chainFor((key) => step.chains.get(key), step.groupBy, group.fixed);
}

function slicesAfter(
  step: PlannedStep,
  calls: readonly CallDraft[],
  slices: number,
  context: PhaseContext,
): number {
  let count = slices;
  for (const { contract, params } of calls) {
    const before = count;
    try {
      count = contractedSlices(contract.slices, before, params);
    } catch (thrown) {
      if (isPlatewrightError(thrown, "parameter"))
        context.report(
          step.name,
          "parameter-range",
          thrown.message,
          `The step gives it ${before} slices at a time.`,
        );
      else
        context.report(
          step.name,
          "too-many-slices",
          `${contract.name} can't say how many slices it makes of ${before}: ${messageOf(thrown)}`,
          "Mend its parameters, or slices in its contract.",
        );
      return before;
    }
    if (count > before || !Number.isSafeInteger(count) || count < 1) {
      context.report(
        step.name,
        "too-many-slices",
        `${contract.name} would make ${count} slices of ${before}.`,
        "A function gives at most as many slices as it takes, and at least one.",
      );
      return before;
    }
  }
  return count;
}

/** How many slices a contract promises for so many; `undefined` where its rule throws, which is reported once, when templates are drafted. */
export function promisedSlices(...args: Parameters<typeof contractedSlices>): number | undefined {
  try {
    return contractedSlices(...args);
  } catch {
    return undefined;
  }
}

/** As `promisedSlices`. Throws what the rule throws. */
function contractedSlices(
  rule: CallDraft["contract"]["slices"],
  slices: number,
  params: Readonly<Record<string, unknown>>,
): number {
  if (rule === "same") return slices;
  if (rule === "one") return 1;
  return typeof rule === "number" ? rule : rule(slices, params as never);
}
