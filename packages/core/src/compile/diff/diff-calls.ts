import { defined } from "../../plain-data.ts";
import { stableJson } from "../plan/hash.ts";
import { functionText } from "../plan/identity.ts";
import type { PlannedCall } from "../plan/plan.ts";

/** One thing that differs between two plans; `from` is absent for what is new, `to` for what is gone. */
export interface PlanChange {
  /** In words, such as `"radius of whiteTophat"`. */
  readonly what: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What changed from one chain of calls to another: functions added and removed, their versions, parameters and memory types. `label` names the chain. */
export function diffCalls(
  before: readonly PlannedCall[],
  after: readonly PlannedCall[],
  label = "",
): readonly PlanChange[] {
  const changes: PlanChange[] = [];
  for (const { old, now } of matchCalls(before, after)) {
    if (old && now) changes.push(...diffCall(old, now, label));
    else if (now) changes.push({ what: `${label}function`, to: callText(now) });
    else if (old) changes.push({ what: `${label}function`, from: callText(old) });
  }
  return changes;
}

/** A value that differs, as a list of one change or none. */
export function changeOf(what: string, from: unknown, to: unknown): readonly PlanChange[] {
  if (stableJson(from) === stableJson(to)) return [];
  return [defined({ what, from, to })];
}

/** A call as a person would write it: `gaussian(sigma = 2)`. */
function callText({ function: { name }, params }: PlannedCall): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const texts = given.map(
    ([key, value]) => `${key} = ${typeof value === "string" ? value : stableJson(value)}`,
  );
  return `${name}(${texts.join(", ")})`;
}

function diffCall(old: PlannedCall, now: PlannedCall, label: string): readonly PlanChange[] {
  const of = (what: string): string => `${label}${what} of ${now.function.name}`;
  const {
    function: oldId,
    params: oldParams,
    injected: oldInjected,
    conversion: oldConversion,
    ...oldRest
  } = old;
  const { function: id, params, injected, conversion, ...rest } = now;
  return [
    ...changeOf(of("package"), oldId.package, id.package),
    ...changeOf(of("version"), oldId.version, id.version),
    ...changeOf(of("text"), old.code, now.code),
    ...diffFields(oldParams, params).map((change) => ({ ...change, what: of(change.what) })),
    ...diffFields(oldInjected, injected).map((change) => ({
      ...change,
      what: of(`injected ${change.what}`),
    })),
    ...changeOf(of("memory type"), memoryText(old), memoryText(now)),
    ...changeOf(of("conversion"), routeText(oldConversion), routeText(conversion)),
    ...diffFields(
      { ...oldRest, code: undefined, input: undefined, output: undefined },
      { ...rest, code: undefined, input: undefined, output: undefined },
    ).map((change) => ({ ...change, what: of(change.what) })),
  ];
}

/** The fields in which two records differ. */
export function diffFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly PlanChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changeOf(name, before[name], after[name]));
}

function memoryText({ input, output }: PlannedCall): string {
  return input === output ? input : `${input} → ${output}`;
}

function routeText(conversion: PlannedCall["conversion"]): string | undefined {
  return conversion && [conversion.from, ...conversion.route.map(({ to }) => to)].join(" → ");
}

interface Match {
  readonly old: PlannedCall | undefined;
  readonly now: PlannedCall | undefined;
}

/** Pairs the calls of the same function, as many as keep their order (longest common subsequence). */
function matchCalls(before: readonly PlannedCall[], after: readonly PlannedCall[]): readonly Match[] {
  const nameOf = ({ function: id }: PlannedCall): string => functionText({ ...id, version: "" });
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const same = nameOf(before[i] as PlannedCall) === nameOf(after[j] as PlannedCall);
      const length = same ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
      (lengths[i] as number[])[j] = length;
    }
  }
  const matches: Match[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old && now && nameOf(old) === nameOf(now)) {
      matches.push({ old, now });
      [i, j] = [i + 1, j + 1];
    } else if (now === undefined || (old && lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      matches.push({ old, now: undefined });
      i++;
    } else {
      matches.push({ old: undefined, now });
      j++;
    }
  }
  return matches;
}
