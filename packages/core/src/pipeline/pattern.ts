import type { MemoryTypeName } from "../memory/memory-type.ts";
import type { Signature } from "./contract.ts";
import type { Both, Problem, Show } from "./type-tools.ts";
import type { Runnable, SignaturesOf, Use } from "./use.ts";

/** Functions one after the other, on the same groups; each takes what the one before it gives. */
export type Chain = readonly Runnable[];

/** A function or chain for each component, such as each channel; needs `groupBy`. */
export interface ByComponent {
  readonly [component: string]: Runnable | Chain;
}

/** What a step can run: a function, a function with parameters, a chain, or one of these for each component. */
export type Pattern = Runnable | Chain | ByComponent;

/** The pattern itself; where something in it is wrong, a sentence stands in its place. */
export type CheckPattern<P, Conversions> = P extends Runnable | AnyFunction
  ? CheckFunction<P>
  : P extends readonly unknown[]
    ? CheckChain<P, Conversions>
    : {
        readonly [K in keyof P]: P[K] extends readonly unknown[]
          ? CheckChain<P[K], Conversions>
          : CheckFunction<P[K]>;
      };

/** The function itself, if it is declared and has all the parameters it needs. */
type CheckFunction<R> = R extends Use
  ? R
  : R extends Runnable
    ? {} extends SignaturesOf<R>["params"]
      ? R
      : Problem<`'${SignaturesOf<R>["name"]}' has required parameters: write use(${SignaturesOf<R>["name"]}, { … })`>
    : Problem<`This function is not declared: write ndarray({ name: "…" }, fn), or the like for its memory type`>;

/** Walks a chain; `From` is what the function before gives, `Before` its name. */
type CheckChain<
  C extends readonly unknown[],
  Conversions,
  From = unknown,
  Before extends string = "",
  Done extends readonly unknown[] = readonly [],
> = C extends readonly [infer Next, ...infer Rest]
  ? [CheckFunction<Next>] extends [Next]
    ? SignaturesOf<Next> extends infer S extends Signature
      ? Conversions extends "auto"
        ? CheckChain<Rest, Conversions, unknown, "", readonly [...Done, Next]>
        : [Fitting<S, From>] extends [never]
          ? readonly [...Done, Misfit<S, From & string, Before>, ...Rest]
          : CheckChain<Rest, Conversions, Fitting<S, From>["output"], S["name"], readonly [...Done, Next]>
      : never
    : readonly [...Done, CheckFunction<Next>, ...Rest]
  : readonly [...Done, ...C];

/** The variants that take what comes. A function whose memory type is not known to the types is left to the compiler. */
type Fitting<S extends Signature, From> = S extends unknown
  ? MemoryTypeName extends S["input"]
    ? S
    : Extract<S, { input: From }>
  : never;

type Misfit<S extends Signature, From extends string, Before extends string> = Problem<
  Both<S["input"]> extends never
    ? `'${S["name"]}' has no ${From} variant, but '${Before}' before it gives ${From}. Set conversions: 'auto' on the step to convert.`
    : `'${S["name"]}' takes ${S["input"]}, but '${Before}' before it gives ${From}. Use the ${From} variant of '${S["name"]}', or set conversions: 'auto' on the step.`
>;

/** The signatures of all functions in a pattern. */
type SignaturesIn<P> = P extends Runnable
  ? SignaturesOf<P>
  : P extends readonly (infer R)[]
    ? SignaturesOf<R>
    : { [K in keyof P]: P[K] extends readonly (infer R)[] ? SignaturesOf<R> : SignaturesOf<P[K]> }[keyof P];

/** All special inputs of a pattern. */
export type NeedsOf<P> = Show<Both<SignaturesIn<P>["needs"]>>;

/** All special outputs of a pattern; where two components give the same key, either type may come. */
export type GivesOf<P> = Joined<SignaturesIn<P>["gives"]>;

type Joined<G> = { [K in G extends unknown ? keyof G : never]: G extends Record<K, infer V> ? V : never };

type AnyFunction = (...args: never) => unknown;
