import type { PlateDeclaration } from "../../plate/plate-store.ts";
import { stableJson } from "../plan/hash.ts";
import type { Plan } from "../plan/plan.ts";
import { changeOf, diffFields, type PlanChange } from "./diff-calls.ts";
import { diffSteps, type StepDiff } from "./diff-steps.ts";

/** What changed from one plan to another, as plain data. */
export interface PlanDiff {
  readonly before: { readonly pipeline: string; readonly hash: string };
  readonly after: { readonly pipeline: string; readonly hash: string };
  /** Whether both give the same results: their hashes are equal. */
  readonly sameResults: boolean;
  /** What differs in the plate: its images, its place, what is known of it. */
  readonly plate: readonly PlanChange[];
  readonly wells: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** Wells that have other images now, or run other steps. */
    readonly changed: readonly string[];
  };
  readonly settings: readonly PlanChange[];
  readonly steps: readonly StepDiff[];
}

/** Compares a plan with an earlier one. */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const sameResults = before.hash === after.hash;
  return {
    before: { pipeline: before.pipeline, hash: before.hash },
    after: { pipeline: after.pipeline, hash: after.hash },
    sameResults,
    plate: diffPlates(before, after),
    wells: diffWells(before, after),
    settings: [
      ...diffFields(before.settings, after.settings),
      ...changeOf("results go to", before.output?.location, after.output?.location),
      ...changeOf("input is converted into", before.input?.folder, after.input?.folder),
      ...diffStores(before, after),
      ...diffFields(before.extensions, after.extensions),
    ],
    steps: diffSteps(before, after),
  };
}

function diffPlates({ plate: before }: Plan, { plate: after }: Plan): readonly PlanChange[] {
  const { hash: hashBefore, ...old } = before;
  const { hash: hashAfter, ...now } = after;
  const images = hashBefore === hashAfter ? [] : [{ what: "images", from: hashBefore, to: hashAfter }];
  return [...images, ...diffFields({ ...old }, { ...now })];
}

/** How images are kept in plates that both plans write: their format, codec and chunks. */
function diffStores(before: Plan, after: Plan): readonly PlanChange[] {
  return after.stores.flatMap(({ folder, declaration }) => {
    const old = before.stores.find((store) => store.folder === folder);
    const changes = old ? diffFields(formatOf(old.declaration), formatOf(declaration)) : [];
    return changes.map((change) => ({ ...change, what: `${change.what} of ${folder}` }));
  });
}

function formatOf({ version, codec, chunkSize }: PlateDeclaration): Readonly<Record<string, unknown>> {
  return { version, codec, chunkSize };
}

function diffWells(before: Plan, after: Plan): PlanDiff["wells"] {
  const [old, now] = [Object.keys(before.wells), Object.keys(after.wells)];
  const both = now.filter((well) => Object.hasOwn(before.wells, well));
  const [oldSets, newSets] = [imageSets(before), imageSets(after)];
  const contentOf = (plan: Plan, sets: readonly string[], well: string): string => {
    const planned = plan.wells[well];
    return stableJson([planned && sets[planned.template], planned?.missing]);
  };
  return {
    added: now.filter((well) => !Object.hasOwn(before.wells, well)),
    removed: old.filter((well) => !Object.hasOwn(after.wells, well)),
    changed: both.filter((well) => contentOf(before, oldSets, well) !== contentOf(after, newSets, well)),
  };
}

/** The images of each template as one text, so that plates of many wells compare fast. */
function imageSets({ templates }: Plan): readonly string[] {
  return templates.map(({ images }) => stableJson(images));
}
