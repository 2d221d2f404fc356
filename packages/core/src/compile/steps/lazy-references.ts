import { isLazy, type Lazy, replaceDeep } from "../../pipeline/lazy.ts";
import { hashOf } from "../plan/hash.ts";

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

/** The identities of the lazy values that something planned refers to. */
export function lazyIdsIn(planned: unknown): ReadonlySet<string> {
  const ids = new Set<string>();
  replaceDeep(planned, (part) => {
    if (isLazyReference(part)) ids.add(part.$lazy);
    return undefined;
  });
  return ids;
}
