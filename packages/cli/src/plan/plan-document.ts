import {
  components,
  devicesOfStep,
  type ImagePosition,
  type Plan,
  type PlannedChain,
  type StepPlan,
  type WellTemplate,
} from "@platewright/core";
import type { PlanOrigin } from "../pipeline/prepare-plan.ts";

/** What `compile --json` prints: a summary, and the plan itself with what finds its pipeline and plate again. */
export function planDocument(plan: Plan, origin: PlanOrigin): object {
  const { peakHostBytes, peakDeviceBytes, bytesRead, bytesWritten } = plan.predicted;
  return {
    ok: true,
    hash: plan.hash,
    pipeline: plan.pipeline,
    wells: Object.keys(plan.wells),
    steps: plan.steps.map((step) => stepDocument(plan, step)),
    predicted: { peakHostBytes, peakDeviceBytes, bytesRead, bytesWritten },
    warnings: plan.warnings,
    origin: { ...origin, plate: plan.plate.location },
    plan,
  };
}

function stepDocument(plan: Plan, step: StepPlan): object {
  const { templates } = plan;
  const devices = devicesOfStep(plan, step);
  const chains = Object.values(step.chains);
  const calls = chains.flatMap((chain) => chain.calls);
  return {
    index: step.index,
    name: step.name,
    inputMemoryType: oneOrByGroup(step, ({ inputMemoryType }) => inputMemoryType),
    outputMemoryType: oneOrByGroup(step, ({ outputMemoryType }) => outputMemoryType),
    readBackend: step.readBackend,
    writeBackend: step.writeBackend,
    ...(devices.length > 0 ? { device: devices.length === 1 ? devices[0] : devices } : {}),
    conversions: calls.flatMap(({ conversion }) => {
      if (!conversion) return [];
      const { from, to, route, bytes } = conversion;
      const kinds = [...new Set(route.map(({ cost }) => cost))];
      return [
        { from, to, route: [from, ...route.map((hop) => hop.to)], kind: kinds.join("+") || "view", bytes },
      ];
    }),
    groups: Math.max(0, ...templates.map((template) => countGroups(step, template))),
    functions: calls.map(({ function: { name } }) => name),
    injected: Object.assign({}, ...calls.map(({ injected }) => injected)) as object,
    ...(step.output ? { folder: step.output.folder } : {}),
  };
}

/** What all chains of a step agree in; else each group's own. */
function oneOrByGroup<T>(step: StepPlan, read: (chain: PlannedChain) => T): T | Record<string, T> {
  const values = Object.entries(step.chains).map(([group, chain]) => [group, read(chain)] as const);
  const [first] = values;
  if (first && values.every(([, value]) => value === first[1])) return first[1];
  return Object.fromEntries(values);
}

/** Groups of one well that a step has a chain for. */
export function countGroups(step: StepPlan, template: WellTemplate): number {
  const input = template.steps[step.index]?.input;
  if (!input) return 0;
  const { values, absent = [], present } = input;
  const split = components.filter((component) => !step.variableComponents.includes(component));
  const groupOf = (position: ImagePosition): string =>
    split.map((component) => position[component]).join("/");
  if (present) return new Set(present.map(groupOf)).size;
  const planes = product(step.variableComponents.map((component) => values[component].length));
  const lacking = new Map<string, number>();
  for (const position of absent) {
    const group = groupOf(position);
    lacking.set(group, (lacking.get(group) ?? 0) + 1);
  }
  const empty = [...lacking.values()].filter((count) => count === planes).length;
  return product(split.map((component) => values[component].length)) - empty;
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all * one, 1);
}
