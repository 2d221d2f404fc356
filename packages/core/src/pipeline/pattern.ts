import type { MemoryTypeName } from "../memory/memory-type.ts";
import type { Signature } from "./contract.ts";
import type { Both, Problem, Show } from "./type-tools.ts";
import type { Runnable, SignaturesOf, Use } from "./use.ts";

/** Functions one after the other, on the same groups; each takes what the one before it gives. A chain in a chain is part of it. */
export type Chain = readonly Pattern[];

/** What runs for each value of a component, such as for each channel; needs `groupBy`. One inside another is for the next component of `groupBy`. */
export interface ByComponent {
  readonly [component: string]: Pattern;
}

/** What a step can run: a function, a function with parameters, a chain, or one of these for each component, nested as deep as one likes. */
export type Pattern = Runnable | Chain | ByComponent;

/** The pattern itself; where something in it is wrong, a sentence stands in its place. */
export type CheckPattern<P, Conversions> = CheckPart<P, Conversions, Start>;

/** What comes before the first function: anything. */
type Start = [unknown, ""];

/**
 * Checks a part of a pattern. `Flow` is what comes: a union with one member for each way through what is before, each of
 * which must fit. A member holds the memory types that may come there, one of which must fit (a family gives several),
 * and the name of the function that gives them.
 */
type CheckPart<P, Conversions, Flow> = P extends Runnable | AnyFunction
  ? CheckLink<P, Conversions, Flow>
  : P extends readonly unknown[]
    ? CheckChain<P, Conversions, Flow>
    : { readonly [K in keyof P]: CheckPart<P[K], Conversions, Flow> };

/** The function itself, if it takes what comes. */
type CheckLink<R, Conversions, Flow> = [CheckFunction<R>] extends [R]
  ? Conversions extends "auto"
    ? R
    : SignaturesOf<R> extends infer S extends Signature
      ? [Stuck<S, Flow>] extends [never]
        ? R
        : Misfit<S, Stuck<S, Flow>>
      : never
  : CheckFunction<R>;

/** The function itself, if it is declared and has all the parameters it needs. */
type CheckFunction<R> = R extends Use
  ? R
  : R extends Runnable
    ? {} extends SignaturesOf<R>["params"]
      ? R
      : Problem<`'${SignaturesOf<R>["name"]}' has required parameters: write use(${SignaturesOf<R>["name"]}, { … })`>
    : Problem<`This function is not declared: write ndarray({ name: "…" }, fn), or the like for its memory type`>;

/** Walks a chain up to the first part that is wrong. */
type CheckChain<
  C extends readonly unknown[],
  Conversions,
  Flow,
  Done extends readonly unknown[] = readonly [],
> = C extends readonly [infer Next, ...infer Rest]
  ? CheckPart<Next, Conversions, Flow> extends infer Fine
    ? [Fine] extends [Next]
      ? CheckChain<
          Rest,
          Conversions,
          Conversions extends "auto" ? Start : After<Next, Flow>,
          readonly [...Done, Next]
        >
      : readonly [...Done, Fine, ...Rest]
    : never
  : readonly [...Done, ...C];

/** What comes out of a part of a pattern that takes what comes. */
type After<P, Flow> = P extends Runnable
  ? Flow extends [infer From, unknown]
    ? [Fitting<SignaturesOf<P>, From>["output"], SignaturesOf<P>["name"]]
    : never
  : P extends readonly [infer First, ...infer Rest]
    ? After<Rest, After<First, Flow>>
    : P extends readonly []
      ? Flow
      : P extends readonly unknown[]
        ? Start
        : { [K in keyof P]: After<P[K], Flow> }[keyof P];

/** What may come and no variant takes. */
type Stuck<S extends Signature, Flow> = Flow extends [infer From, unknown]
  ? [Fitting<S, From>] extends [never]
    ? Flow
    : never
  : never;

/** The variants that take what comes. A function whose memory type is not known to the types is left to the compiler. */
type Fitting<S extends Signature, From> = S extends unknown
  ? MemoryTypeName extends S["input"]
    ? S
    : Extract<S, { input: From }>
  : never;

type Misfit<S extends Signature, Stuck> = Stuck extends [
  infer From extends string,
  infer Before extends string,
]
  ? Problem<
      Both<S["input"]> extends never
        ? `'${S["name"]}' has no ${From} variant, but '${Before}' before it gives ${From}. Set conversions: 'auto' on the step to convert.`
        : `'${S["name"]}' takes ${S["input"]}, but '${Before}' before it gives ${From}. Use the ${From} variant of '${S["name"]}', or set conversions: 'auto' on the step.`
    >
  : never;

/** What all functions in a pattern need, or give. */
type FieldsIn<P, Field extends "needs" | "gives"> = P extends Runnable
  ? SignaturesOf<P>[Field]
  : P extends AnyFunction
    ? never
    : P extends readonly (infer R)[]
      ? FieldsIn<R, Field>
      : { [K in keyof P]: FieldsIn<P[K], Field> }[keyof P];

/** Whether something in a pattern is by component. */
export type IsByComponent<P> = P extends Runnable | AnyFunction
  ? false
  : P extends readonly (infer R)[]
    ? true extends IsByComponent<R>
      ? true
      : false
    : P extends object
      ? true
      : false;

/** All special inputs of a pattern. */
export type NeedsOf<P> = Show<Both<FieldsIn<P, "needs">>>;

/** All special outputs of a pattern; where two components give the same key, either type may come. */
export type GivesOf<P> = Show<Joined<FieldsIn<P, "gives">>>;

type Joined<G> = { [K in G extends unknown ? keyof G : never]: G extends Record<K, infer V> ? V : never };

type AnyFunction = (...args: never) => unknown;
