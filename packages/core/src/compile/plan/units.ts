import type { Component, ImagePosition } from "../../plate/image-key.ts";
import { agree, groupPositions, positionsOf, positionText } from "../../plate/image-set.ts";
import { keptIn } from "../steps/step-images.ts";
import {
  chainFor,
  type Plan,
  type PlannedChain,
  type PlannedOutput,
  type StepPlan,
  type WellTemplate,
} from "./plan.ts";

/** One step on one group of images. */
export interface WorkUnit {
  readonly id: number;
  readonly step: StepPlan;
  readonly chain: PlannedChain;
  /** The components that tell this group from the step's others. */
  readonly fixed: { readonly [C in Component]?: string };
  readonly inputs: readonly ImagePosition[];
  readonly outputs: readonly ImagePosition[];
  /** What it reads in this well: the plate, or the index of a step. */
  readonly source: "plate" | number;
  /** Where its images are kept in this well; none for an intermediate. */
  readonly output: PlannedOutput | undefined;
  /** Units whose images it reads; none where it reads the plate. */
  readonly reads: readonly WorkUnit[];
  /** Units whose artifacts it takes, by key. */
  readonly takes: ReadonlyMap<string, WorkUnit>;
}

/**
 * The units of a well, in the order in which they run: depth first, so that few intermediates live at once. Units of which
 * nothing is kept and that no other one reads are left out.
 */
export function scheduleUnits(plan: Pick<Plan, "steps">, template: WellTemplate): readonly WorkUnit[] {
  const byStep: WorkUnit[][] = [];
  const kept = keptIn(plan.steps, template);
  let id = 0;
  for (const step of plan.steps) {
    const drafted = template.steps[step.index];
    if (!drafted || step.task) {
      byStep.push([]);
      continue;
    }
    const source = drafted.source ?? step.source;
    const output = kept.has(step.index) ? step.output : undefined;
    const left = new Set(positionsOf(drafted.output).map(positionText));
    const giver = source === "plate" ? undefined : indexByOutput(byStep[source] ?? []);
    const units: WorkUnit[] = [];
    for (const { fixed, positions } of groupPositions(drafted.input, step.variableComponents)) {
      const chain = chainFor((key) => step.chains[key], step.groupBy ?? [], fixed);
      if (!chain) continue;
      const reads = giver
        ? [...new Set(positions.map((p) => giver.get(positionText(p))).filter((u) => u !== undefined))]
        : [];
      const takes = new Map<string, WorkUnit>();
      for (const { key, step: giving } of step.needs) {
        if (!chain.calls.some(({ artifacts }) => artifacts.includes(key))) continue;
        const match = byStep[giving]?.find((unit) => gives(unit, key) && agree(unit.fixed, fixed));
        if (match) takes.set(key, match);
      }
      const outputs = positions.filter((position) => left.has(positionText(position)));
      units.push({ id: id++, step, chain, fixed, inputs: positions, outputs, source, output, reads, takes });
    }
    byStep.push(units);
  }
  return depthFirst(byStep);
}

/** How many units read the images of each. */
export function countReaders(schedule: readonly WorkUnit[]): Map<WorkUnit, number> {
  const readers = new Map<WorkUnit, number>();
  for (const before of schedule.flatMap(({ reads }) => reads))
    readers.set(before, (readers.get(before) ?? 0) + 1);
  return readers;
}

function gives({ chain }: WorkUnit, key: string): boolean {
  return chain.calls.some((call) => call.gives.includes(key));
}

function indexByOutput(units: readonly WorkUnit[]): ReadonlyMap<string, WorkUnit> {
  return new Map(
    units.flatMap((unit) => unit.outputs.map((position) => [positionText(position), unit] as const)),
  );
}

function depthFirst(byStep: readonly (readonly WorkUnit[])[]): readonly WorkUnit[] {
  const order: WorkUnit[] = [];
  const seen = new Set<WorkUnit>();
  const visit = (unit: WorkUnit): void => {
    if (seen.has(unit)) return;
    seen.add(unit);
    for (const before of unit.reads) visit(before);
    for (const before of unit.takes.values()) visit(before);
    order.push(unit);
  };
  for (const units of [...byStep].reverse()) for (const unit of units) if (isKept(unit)) visit(unit);
  return order;
}

/** Whether something of a unit is kept with the results, whoever else reads it. */
function isKept(unit: WorkUnit): boolean {
  return (
    unit.output !== undefined ||
    unit.step.gives.some(({ key, file }) => file !== undefined && gives(unit, key))
  );
}
