import type { Plan, PlannedArtifact, PlannedCall, StepPlan } from "../../compile/plan/plan.ts";
import type { WorkUnit } from "../../compile/plan/units.ts";
import { collapsedBefore } from "../../compile/steps/step-images.ts";
import { messageOf } from "../../errors.ts";
import { type Component, components, type ImagePosition } from "../../plate/image-key.ts";
import { executionError, type Place } from "../execution-error.ts";

/** One row of a table: flat, a column a key. */
export type TableRow = Readonly<Record<string, unknown>>;

/** What a unit gave for one artifact, with the components that say where it belongs, as rows of a table. */
export function rowsOf(
  plan: Plan,
  unit: WorkUnit,
  well: string,
  artifact: PlannedArtifact,
  value: unknown,
): readonly TableRow[] {
  const call = unit.chain.calls.find(({ gives }) => gives.includes(artifact.key));
  const columns = placeColumns(plan, unit.step, unit.chain.calls, call);
  const first = unit.inputs[0] as ImagePosition;
  if (call?.unit === "slice" && Array.isArray(value))
    return value.flatMap((part, slice) => placeRows(well, columns, unit.inputs[slice] ?? first, part));
  const fixed = columns.filter((component) => unit.fixed[component] !== undefined);
  return placeRows(well, unit.inputs.length === 1 ? columns : fixed, first, value);
}

/** The columns that say where a row belongs, for a table that has no rows: readers of tables want a header. */
export function columnsWithoutRows(plan: Plan, step: StepPlan, key: string): readonly string[] {
  for (const { calls } of Object.values(step.chains)) {
    const call = calls.find(({ gives }) => gives.includes(key));
    if (!call) continue;
    const columns = placeColumns(plan, step, calls, call);
    const isFixed = (component: Component): boolean => !step.variableComponents.includes(component);
    return ["well", ...(call.unit === "slice" ? columns : columns.filter(isFixed))];
  }
  return ["well"];
}

/** Which components are worth a column: those that no projection has made one of many, and time only where there is more than one. */
function placeColumns(
  plan: Plan,
  step: StepPlan,
  calls: readonly PlannedCall[],
  call: PlannedCall | undefined,
): readonly Component[] {
  const many = (component: Component) =>
    plan.templates.some(({ images }) => images.values[component].length > 1);
  const before = calls.slice(0, call ? calls.indexOf(call) : 0);
  const collapsed = [
    ...collapsedBefore(step.source, plan.steps),
    ...(before.some(({ slices }) => slices !== "same") ? step.variableComponents : []),
  ];
  return components.filter(
    (component) =>
      !collapsed.includes(component) && (component === "site" || component === "channel" || many(component)),
  );
}

function placeRows(
  well: string,
  columns: readonly Component[],
  position: ImagePosition,
  value: unknown,
): readonly TableRow[] {
  const place = {
    well,
    ...Object.fromEntries(columns.map((component) => [component, asNumber(position[component])])),
  };
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  // The place comes first and holds, whatever columns of its own a row has. Spread syntax takes ten times as long.
  return parts.map((part) => Object.assign({}, place, isRecord(part) ? part : { value: part }, place));
}

function asNumber(value: string): string | number {
  return /^(0|[1-9]\d*)$/.test(value) ? Number(value) : value;
}

function isRecord(value: unknown): value is TableRow {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}

/**
 * Refuses rows that their file can't hold while it is known who gave them: all else of the run would wait for its tables in
 * vain. Throws "execution", naming well, step and artifact.
 */
export function checkRows(rows: readonly TableRow[], { key, file }: PlannedArtifact, place: Place): void {
  const fault =
    file?.format === "csv" ? faultOfFields(rows) : file?.format === "json" ? faultOfJson(rows) : undefined;
  if (fault === undefined) return;
  throw executionError(place, `: "${key}" can't be kept as ${file?.path}`, fault);
}

function faultOfFields(rows: readonly TableRow[]): string | undefined {
  for (const row of rows)
    for (const column in row) {
      const value = row[column];
      if (value === null || !["object", "function", "symbol"].includes(typeof value)) continue;
      const what = Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
      return `"${column}" of a row is ${what}. Give text, numbers and booleans, or keep it as "json".`;
    }
  return undefined;
}

function faultOfJson(rows: readonly TableRow[]): string | undefined {
  try {
    JSON.stringify(rows);
    return undefined;
  } catch (thrown) {
    return `${messageOf(thrown).split("\n")[0]}. Give plain data.`;
  }
}
