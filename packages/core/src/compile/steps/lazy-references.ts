import { isLazy, type Lazy, lazyValuesIn, replaceDeep } from "../../pipeline/lazy.ts";
import type { Step } from "../../pipeline/step.ts";
import { hashOf } from "../plan/hash.ts";
import type { Plan } from "../plan/plan.ts";
import { resolvePattern } from "./resolve-chains.ts";

/** What stands in a plan for a lazy value: the hash of its text and version. */
export interface LazyReference {
  readonly $lazy: string;
}

/** A lazy value's identity in plans. */
export function lazyId({ make, version }: Lazy): string {
  return hashOf([String(make), version ?? ""]);
}

/** Whether a part of a planned parameter refers to a lazy value. */
export function isLazyReference(value: unknown): value is LazyReference {
  return typeof value === "object" && value !== null && typeof (value as LazyReference).$lazy === "string";
}

/** Parameters with a reference in the place of each lazy value. */
export function withReferences(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const refer = (part: unknown): LazyReference | undefined =>
    isLazy(part) ? { $lazy: lazyId(part) } : undefined;
  return replaceDeep(params, refer) as Readonly<Record<string, unknown>>;
}

/** The lazy values of a step, each with its identity. */
export function lazyValuesOf(step: Step): readonly (readonly [id: string, value: Lazy])[] {
  const links = [...resolvePattern(step).chains.values()].flat();
  const found = new Set(links.flatMap((link) => lazyValuesIn(link?.given)));
  return [...found].map((value) => [lazyId(value), value]);
}

/** The identities of the lazy values that a plan refers to. */
export function lazyIdsIn(plan: Pick<Plan, "steps">): ReadonlySet<string> {
  const ids = new Set<string>();
  const note = (part: unknown): undefined => {
    if (isLazyReference(part)) ids.add(part.$lazy);
  };
  for (const { chains } of plan.steps)
    for (const { calls } of Object.values(chains))
      for (const { params, injected } of calls) replaceDeep([params, injected], note);
  return ids;
}
