import { defined } from "../../plain-data.ts";
import { stableJson } from "../plan/hash.ts";
import { functionText } from "../plan/identity.ts";
import { chainWords, type Plan, type StepPlan } from "../plan/plan.ts";
import { align, changeOf, diffCalls, type PlanChange } from "./diff-calls.ts";

/** One step in two plans. */
export interface StepDiff {
  readonly name: string;
  /** Its name before, where it has another. */
  readonly formerName?: string;
  /** Places in the plans, from 0; one is absent where the step was added or removed. */
  readonly before?: number;
  readonly after?: number;
  /** Whether it comes at another place among the steps that both plans have. */
  readonly moved: boolean;
  /** What it does or where its results go, as far as that differs. */
  readonly changes: readonly PlanChange[];
  /** Why its hash differs; absent where it does not, or where there is nothing to compare it with. */
  readonly because?: HashReason;
}

/** Why the hash of a step differs. */
export interface HashReason {
  /** Whether the step itself changed. */
  readonly own: boolean;
  /** The steps and the plate that it reads and whose hashes differ. */
  readonly reads: readonly ("plate" | { readonly step: string })[];
}

/** The steps of both plans: those of the later in their order, each removed one after its former neighbour. */
export function diffSteps(before: Plan, after: Plan): readonly StepDiff[] {
  const pairs = matchSteps(before.steps, after.steps);
  const moved = movedSteps(pairs);
  const diffs = after.steps.map((now): StepDiff => {
    const old = pairs.get(now);
    if (!old) return { name: now.name, after: now.index, moved: false, changes: contentOf(now, "to") };
    return defined({
      name: now.name,
      formerName: old.name === now.name ? undefined : old.name,
      before: old.index,
      after: now.index,
      moved: moved.has(now),
      changes: diffStep(before, after, old, now, pairs),
      because: old.hash === now.hash ? undefined : reasonOf(before, after, old, now, pairs),
    });
  });
  const kept = new Set(pairs.values());
  const removed = before.steps.filter((step) => !kept.has(step));
  for (const { name, index, ...step } of removed) {
    const places = diffs.map(({ before: place }) => place !== undefined && place < index);
    const at = places.lastIndexOf(true) + 1;
    const changes = contentOf({ name, index, ...step }, "from");
    diffs.splice(at, 0, { name, before: index, moved: false, changes });
  }
  return diffs;
}

type Pairs = ReadonlyMap<StepPlan, StepPlan>;

/** Pairs steps by their name, and those that are left over by what they do: a step that was renamed. */
function matchSteps(before: readonly StepPlan[], after: readonly StepPlan[]): Pairs {
  const pairs = new Map<StepPlan, StepPlan>();
  const free = new Set(before);
  const pair = (same: (old: StepPlan, now: StepPlan) => boolean): void => {
    for (const now of after) {
      const old = pairs.has(now) ? undefined : [...free].find((each) => same(each, now));
      if (!old) continue;
      pairs.set(now, old);
      free.delete(old);
    }
  };
  pair((old, now) => old.name === now.name);
  pair((old, now) => stableJson(ownContent(old)) === stableJson(ownContent(now)));
  return pairs;
}

/** Those outside the longest run of steps that kept their order. */
function movedSteps(pairs: Pairs): ReadonlySet<StepPlan> {
  const byIndex = (steps: Iterable<StepPlan>) => [...steps].sort((a, b) => a.index - b.index);
  const aligned = align(byIndex(pairs.values()), byIndex(pairs.keys()), (old, now) => pairs.get(now) === old);
  return new Set(aligned.flatMap(({ old, now }) => (now && !old ? [now] : [])));
}

/** What a step does by itself, whatever it reads. */
function ownContent({ chains, variableComponents, groupBy, dtype, filter, task }: StepPlan): unknown {
  return [chains, variableComponents, groupBy, dtype, filter, task];
}

function diffStep(
  before: Plan,
  after: Plan,
  old: StepPlan,
  now: StepPlan,
  pairs: Pairs,
): readonly PlanChange[] {
  const formerly = new Map([...pairs].map(([later, earlier]) => [earlier, later]));
  // Under the names of the later plan: a step that was renamed is still the same.
  const nameOf = (plan: Plan, index: number): string => {
    const step = plan.steps[index];
    return ((step && formerly.get(step)) ?? step)?.name ?? "?";
  };
  const sourceOf = (plan: Plan, { source }: StepPlan): string =>
    source === "plate" ? "the plate" : `step "${nameOf(plan, source)}"`;
  const takenBy = (plan: Plan, { needs }: StepPlan): readonly string[] =>
    needs.map(({ key, step: giver }) => `${key} from ${nameOf(plan, giver)}`);
  const taskOf = ({ task }: StepPlan) => task && functionText(task.id);
  return [
    ...changeOf("reads", sourceOf(before, old), sourceOf(after, now)),
    ...changeOf("takes", takenBy(before, old), takenBy(after, now)),
    ...changeOf("stacks over", old.variableComponents, now.variableComponents),
    ...changeOf("grouped by", old.groupBy, now.groupBy),
    ...changeOf("wells", old.filter, now.filter),
    ...diffChains(old, now),
    ...changeOf("works on files by", taskOf(old), taskOf(now)),
    ...changeOf("with", old.task?.params, now.task?.params),
    ...changeOf("dtype", old.dtype, now.dtype),
    ...changeOf("images kept", placeOf(old), placeOf(now)),
    ...changeOf("kept in every well", old.checkpoint, now.checkpoint),
    ...changeOf("tables and documents", filesOf(old), filesOf(now)),
  ];
}

function diffChains(old: StepPlan, now: StepPlan): readonly PlanChange[] {
  const groups = [...new Set([...Object.keys(old.chains), ...Object.keys(now.chains)])];
  return groups.flatMap((group) => {
    const label = group === "*" ? "" : `${chainWords(now.groupBy ? now : old, group)}: `;
    return diffCalls(old.chains[group]?.calls ?? [], now.chains[group]?.calls ?? [], label);
  });
}

/** All functions of a step, as changes from or to nothing. */
function contentOf(step: StepPlan, side: "from" | "to"): readonly PlanChange[] {
  const empty = { ...step, chains: {} };
  return side === "to" ? diffChains(empty, step) : diffChains(step, empty);
}

function placeOf({ output }: StepPlan): string | undefined {
  if (!output) return undefined;
  const { backend, folder, compression } = output;
  return `${folder} on ${backend}${compression === undefined ? "" : `, packed by ${compression}`}`;
}

function filesOf({ gives }: StepPlan): readonly string[] {
  return gives.flatMap(({ file }) => file?.path ?? []);
}

function reasonOf(before: Plan, after: Plan, old: StepPlan, now: StepPlan, pairs: Pairs): HashReason {
  const readers = [now.source, ...now.needs.map(({ step }) => step)];
  const reads = [...new Set(readers)].flatMap((source): HashReason["reads"][number][] => {
    if (source === "plate") return before.plate.hash === after.plate.hash ? [] : ["plate"];
    const read = after.steps[source];
    const earlier = read && pairs.get(read);
    return read && earlier && earlier.hash !== read.hash ? [{ step: read.name }] : [];
  });
  const linked = (plan: Plan, step: StepPlan, nameOf: (step: StepPlan | undefined) => unknown): unknown => [
    step.source === "plate" ? "plate" : nameOf(plan.steps[step.source]),
    step.needs.map(({ key, step: giver }) => [key, nameOf(plan.steps[giver])]),
  ];
  const links = [
    linked(before, old, (step) => step?.index),
    linked(after, now, (step) => step && pairs.get(step)?.index),
  ];
  const own =
    stableJson(ownContent(old)) !== stableJson(ownContent(now)) ||
    stableJson(links[0]) !== stableJson(links[1]);
  return { own, reads };
}
