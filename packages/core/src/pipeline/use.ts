import type { Declared, Signature, SignatureOf } from "./contract.ts";
import type { Family, Variants } from "./family.ts";
import type { Lazy } from "./lazy.ts";
import type { Both, Problem, Show } from "./type-tools.ts";

/** A function with its parameters. */
export interface Use<S extends Signature = Signature> {
  readonly kind: "use";
  readonly fn: Declared | Family;
  readonly params: object;
  readonly enabled: boolean;
  /** Types only: never there at run time. */
  readonly "~signature"?: S;
}

/** Anything that can stand in a chain: a declared function, a family of variants, or either with parameters. */
export type Runnable = Declared | Family | Use;

/** Gives a function its parameters. Special inputs and metadata come from the pipeline and are not given here. */
export function use<F extends Declared | Family>(
  fn: F,
  ...[params, options]: UseArguments<F>
): Use<SignaturesOf<F>> {
  return Object.freeze({
    kind: "use",
    fn,
    params: Object.freeze({ ...params }),
    enabled: options?.enabled ?? true,
  });
}

/** Options of one use of a function. */
export interface UseOptions {
  /** `false` leaves the function out of the plan. */
  readonly enabled?: boolean;
}

/** The signature of anything runnable; of a family, a union with one member for each variant. */
export type SignaturesOf<R> = R extends { readonly "~signature"?: infer S extends Signature }
  ? S
  : R extends Declared<infer S>
    ? S
    : R extends Family<infer V extends Variants>
      ? SignatureOf<V[keyof V]>
      : never;

/** Each parameter may also be made when it is first read. */
type UseArguments<F> =
  Show<Both<SignaturesOf<F>["params"]>> extends infer Q extends object
    ? { [K in keyof Q]: Q[K] | Lazy<Exclude<Q[K], undefined>> } extends infer P extends object
      ? keyof P extends never
        ? [params?: NoParameters, options?: UseOptions]
        : {} extends P
          ? [params?: P, options?: UseOptions]
          : [params: P, options?: UseOptions]
      : never
    : never;

/** The function has no parameters. */
export interface NoParameters {
  readonly [none: string]: Problem<"This function takes no parameters">;
}
