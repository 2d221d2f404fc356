import type { DType } from "../../memory/dtype.ts";

/** One way to run a call: what it takes and gives, and its predicted nanoseconds in one well. */
export interface ChoiceVariant {
  readonly input: string;
  readonly output: string;
  readonly cost: number;
}

/** How many bytes lie in how many stacks. */
export interface Load {
  readonly bytes: number;
  readonly stacks: number;
  readonly dtype: DType;
}

/** A chain with its candidates. */
export interface ChoiceChain<V extends ChoiceVariant = ChoiceVariant> {
  /** What it reads of each chain of the step it reads from, as a share of its own images; one share of 1 for the plate. */
  readonly reads: readonly number[];
  /** The variants of each call, those preferred on equal cost first. */
  readonly calls: readonly (readonly V[])[];
  /** What is in its stacks before the first call, between the calls, and after the last: one more than there are calls. */
  readonly loads: readonly Load[];
  /** Whether the memory types of neighbours may differ. */
  readonly mayConvert: boolean;
}

/** A step with its chains. */
export interface ChoiceStep<V extends ChoiceVariant = ChoiceVariant> {
  readonly source: "plate" | number;
  readonly chains: readonly ChoiceChain<V>[];
  /** Whether its images are kept, and so have to reach the host. */
  readonly isKept: boolean;
}

/** Predicted nanoseconds of bringing arrays from one memory type to another. */
export type MovePrice = (from: string, to: string, load: Load) => number;

/** The variants to be taken, by step, chain and call, and what the whole is predicted to cost, in nanoseconds a well. */
export interface Choice<V extends ChoiceVariant> {
  readonly cost: number;
  readonly picks: readonly (readonly (readonly V[])[])[];
}

/** Added where neighbours of a chain disagree and may not: dearer than anything real, so that it is chosen only where nothing else is left. */
const misfitPrice = 1e15;

/**
 * The cheapest variants for a whole pipeline: a shortest path through each chain (dynamic programming over the memory
 * types between its calls), and over the tree of steps the least sum of both. Exact: no other choice costs less. `pinned`
 * is taken for its call.
 */
export function chooseVariants<V extends ChoiceVariant>(
  steps: readonly ChoiceStep<V>[],
  priceOf: MovePrice,
  pinned?: V,
): Choice<V> {
  const children = steps.map((_, parent) => steps.flatMap(({ source }, i) => (source === parent ? [i] : [])));
  const known = new Map<string, Solved<V>>();

  const solve = (index: number, incoming: readonly string[]): Solved<V> => {
    const key = `${index} ${incoming.join(" ")}`;
    const solved = known.get(key) ?? solveStep(index, incoming);
    known.set(key, solved);
    return solved;
  };
  const solveStep = (index: number, incoming: readonly string[]): Solved<V> => {
    const { chains, isKept } = steps[index] as ChoiceStep<V>;
    const paths = chains.map((chain) => shortestPaths(chain, incoming, priceOf, isKept, pinned));
    let best: Solved<V> | undefined;
    for (const paired of combine(paths)) {
      const outputs = paired.map(({ output }) => output);
      const below = (children[index] ?? []).map((child) => solve(child, outputs));
      const cost = [...paired, ...below].reduce((sum, part) => sum + part.cost, 0);
      if (!best || cost < best.cost) best = { cost, picks: paired.map(({ picks }) => picks), outputs };
    }
    return best ?? { cost: 0, picks: [], outputs: incoming };
  };

  const all: Solved<V>[] = [];
  for (const [index, { source }] of steps.entries())
    all.push(solve(index, source === "plate" ? ["host"] : (all[source]?.outputs ?? [])));
  const cost = all.reduce((sum, solved, i) => (steps[i]?.source === "plate" ? sum + solved.cost : sum), 0);
  return { cost, picks: all.map(({ picks }) => picks) };
}

interface Solved<V> {
  readonly cost: number;
  readonly picks: readonly (readonly V[])[];
  /** The memory type that each chain gives. */
  readonly outputs: readonly string[];
}

interface Path<V> {
  readonly cost: number;
  readonly picks: readonly V[];
  readonly output: string;
}

/** The cheapest way through a chain for each memory type that it can end in. */
function shortestPaths<V extends ChoiceVariant>(
  { loads, reads, calls, mayConvert }: ChoiceChain<V>,
  incoming: readonly string[],
  priceOf: MovePrice,
  isKept: boolean,
  pinned: V | undefined,
): readonly Path<V>[] {
  const loadAt = (i: number) => loads[i] as Load;
  const read = (to: string): number =>
    incoming.reduce((sum, from, i) => {
      const share = reads[i] ?? 0;
      const { bytes, stacks, dtype } = loadAt(0);
      return share === 0
        ? sum
        : sum + priceOf(from, to, { bytes: bytes * share, stacks: stacks * share, dtype });
    }, 0);
  let paths: readonly Path<V>[] | undefined;
  for (const [i, variants] of calls.entries()) {
    const ends = new Map<string, Path<V>>();
    for (const variant of pinned && variants.includes(pinned) ? [pinned] : variants) {
      const { input, output, cost } = variant;
      for (const path of paths ?? [{ cost: read(input), picks: [], output: input }]) {
        const misfit = path.output !== input && !mayConvert ? misfitPrice : 0;
        const total = path.cost + priceOf(path.output, input, loadAt(i)) + misfit + cost;
        const known = ends.get(output);
        if (!known || total < known.cost)
          ends.set(output, { cost: total, picks: [...path.picks, variant], output });
      }
    }
    paths = [...ends.values()];
  }
  const ended = paths ?? [{ cost: 0, picks: [], output: incoming[0] ?? "host" }];
  if (!isKept) return ended;
  const last = loadAt(calls.length);
  return ended.map((path) => ({ ...path, cost: path.cost + priceOf(path.output, "host", last) }));
}

/** More combinations than this are not tried one by one: then all chains of a step end in one memory type where they can. */
const mostCombinations = 1024;

function combine<V>(paths: readonly (readonly Path<V>[])[]): readonly (readonly Path<V>[])[] {
  if (paths.reduce((product, { length }) => product * length, 1) > mostCombinations) {
    const outputs = new Set(paths.flatMap((chain) => chain.map(({ output }) => output)));
    return [...outputs].map((wanted) =>
      paths.map((chain) => chain.find(({ output }) => output === wanted) ?? cheapest(chain)),
    );
  }
  return paths.reduce<readonly (readonly Path<V>[])[]>(
    (combined, chain) => combined.flatMap((before) => chain.map((path) => [...before, path])),
    [[]],
  );
}

function cheapest<V>(chain: readonly Path<V>[]): Path<V> {
  return chain.reduce((best, path) => (path.cost < best.cost ? path : best));
}
