import { defined } from "../../plain-data.ts";
import { callWords, memoryTypesText, routeText } from "../explain/explain-text.ts";
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
  const nameOf = ({ function: id }: PlannedCall): string => functionText({ ...id, version: "" });
  for (const { old, now } of align(before, after, (a, b) => nameOf(a) === nameOf(b))) {
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
function callText(call: PlannedCall): string {
  return callWords({ ...call, injected: {} }).join(" ");
}

function diffCall(old: PlannedCall, now: PlannedCall, label: string): readonly PlanChange[] {
  const { function: oldId, params: oldParams, injected: oldInjected, ...oldRest } = old;
  const { function: id, params, injected, ...rest } = now;
  const told = { code: undefined, input: undefined, output: undefined, conversion: undefined };
  const changes = [
    ...changeOf("package", oldId.package, id.package),
    ...changeOf("version", oldId.version, id.version),
    ...changeOf("text", old.code, now.code),
    ...diffFields(oldParams, params),
    ...diffFields(oldInjected, injected).map((change) => ({ ...change, what: `injected ${change.what}` })),
    ...changeOf("memory type", memoryTypesText(old), memoryTypesText(now)),
    ...changeOf("conversion", wayOf(old), wayOf(now)),
    ...diffFields({ ...oldRest, ...told }, { ...rest, ...told }),
  ];
  return changes.map((change) => ({ ...change, what: `${label}${change.what} of ${now.function.name}` }));
}

function wayOf({ conversion }: PlannedCall): string | undefined {
  return conversion && routeText(conversion);
}

/** The fields in which two records differ. */
export function diffFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly PlanChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changeOf(name, before[name], after[name]));
}

/**
 * Pairs what is the same in two lists, as much as keeps its order (longest common subsequence); what is left of either
 * has no partner.
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  same: (old: T, now: T) => boolean,
): readonly { readonly old?: T; readonly now?: T }[] {
  const lengths = before.map(() => new Array<number>(after.length).fill(0));
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const isSame = same(before[i] as T, after[j] as T);
      const length = isSame ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
      (lengths[i] as number[])[j] = length;
    }
  }
  const pairs: { old?: T; now?: T }[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old && now && same(old, now)) {
      pairs.push({ old, now });
      [i, j] = [i + 1, j + 1];
    } else if (now === undefined || (old && lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      pairs.push(defined({ old }));
      i++;
    } else {
      pairs.push({ now });
      j++;
    }
  }
  return pairs;
}
