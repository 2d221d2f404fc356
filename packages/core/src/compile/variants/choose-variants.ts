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
export interface ChoiceChain {
  /** What it reads of each chain of the step it reads from, as a share of its own images; one share of 1 for the plate. */
  readonly reads: readonly number[];
  /** The variants of each call, those preferred on equal cost first. */
  readonly calls: readonly (readonly ChoiceVariant[])[];
  /** What is in its stacks before the first call, between the calls, and after the last: one more than there are calls. */
  readonly loads: readonly Load[];
  /** Whether the memory types of neighbours may differ. */
  readonly mayConvert: boolean;
}

/** A step with its chains. */
export interface ChoiceStep {
  readonly source: "plate" | number;
  readonly chains: readonly ChoiceChain[];
  /** Whether its images are kept, and so have to reach the host. */
  readonly isKept: boolean;
}

/** Predicted nanoseconds of bringing arrays from one memory type to another. */
export type MovePrice = (from: string, to: string, load: Load) => number;

/** Which variants are to be taken, by step, chain and call, and what the whole is predicted to cost, in nanoseconds a well. */
export interface Choice {
  readonly cost: number;
  readonly picks: readonly (readonly (readonly number[])[])[];
}

/** Fixes one call to one of its variants. */
export interface Pin {
  readonly step: number;
  readonly chain: number;
  readonly call: number;
  readonly variant: number;
}

/** Added where neighbours of a chain disagree and may not: dearer than anything real, so that it is chosen only where nothing else is left. */
const misfitPrice = 1e15;

/**
 * The cheapest variants for a whole pipeline: a shortest path through each chain (dynamic programming over the memory
 * types between its calls), and over the tree of steps the least sum of both. Exact: no other choice costs less.
 */
export function chooseVariants(steps: readonly ChoiceStep[], priceOf: MovePrice, pin?: Pin): Choice {
  const children = steps.map((_, parent) => steps.flatMap(({ source }, i) => (source === parent ? [i] : [])));
  const known = new Map<string, Solved>();

  const solve = (index: number, incoming: readonly string[]): Solved => {
    const key = `${index} ${incoming.join(" ")}`;
    const solved = known.get(key) ?? solveStep(index, incoming);
    known.set(key, solved);
    return solved;
  };
  const solveStep = (index: number, incoming: readonly string[]): Solved => {
    const step = steps[index] as ChoiceStep;
    const paths = step.chains.map((chain, c) =>
      shortestPaths(chain, incoming, priceOf, step.isKept, (call) =>
        pin?.step === index && pin.chain === c && pin.call === call ? pin.variant : undefined,
      ),
    );
    let best: Solved | undefined;
    for (const paired of combine(paths)) {
      const outputs = paired.map(({ output }) => output);
      const below = (children[index] ?? []).map((child) => solve(child, outputs));
      const cost =
        paired.reduce((sum, path) => sum + path.cost, 0) + below.reduce((sum, one) => sum + one.cost, 0);
      if (!best || cost < best.cost) best = { cost, picks: paired.map(({ picks }) => picks), outputs };
    }
    return best ?? { cost: 0, picks: [], outputs: incoming };
  };

  const picks: (readonly (readonly number[])[])[] = [];
  const outputs: (readonly string[])[] = [];
  let cost = 0;
  for (const [index, { source }] of steps.entries()) {
    const solved = solve(index, source === "plate" ? ["host"] : (outputs[source] as readonly string[]));
    if (source === "plate") cost += solved.cost;
    picks.push(solved.picks);
    outputs.push(solved.outputs);
  }
  return { cost, picks };
}

interface Solved {
  readonly cost: number;
  readonly picks: readonly (readonly number[])[];
  /** The memory type that each chain gives. */
  readonly outputs: readonly string[];
}

interface Path {
  readonly cost: number;
  readonly picks: readonly number[];
  readonly output: string;
}

/** The cheapest way through a chain for each memory type that it can end in. */
function shortestPaths(
  chain: ChoiceChain,
  incoming: readonly string[],
  priceOf: MovePrice,
  isKept: boolean,
  pinned: (call: number) => number | undefined,
): readonly Path[] {
  const loadAt = (i: number) => chain.loads[i] as Load;
  const read = (to: string): number =>
    incoming.reduce((sum, from, i) => {
      const share = chain.reads[i] ?? 0;
      const { bytes, stacks, dtype } = loadAt(0);
      return share === 0
        ? sum
        : sum + priceOf(from, to, { bytes: bytes * share, stacks: stacks * share, dtype });
    }, 0);
  let paths: readonly Path[] | undefined;
  for (const [i, variants] of chain.calls.entries()) {
    const only = pinned(i);
    const ends = new Map<string, Path>();
    for (const [v, { input, output, cost }] of variants.entries()) {
      if (only !== undefined && only !== v) continue;
      const before = paths ?? [{ cost: read(input), picks: [], output: input }];
      for (const path of before) {
        const misfit = path.output !== input && !chain.mayConvert ? misfitPrice : 0;
        const total = path.cost + priceOf(path.output, input, loadAt(i)) + misfit + cost;
        const known = ends.get(output);
        if (!known || total < known.cost)
          ends.set(output, { cost: total, picks: [...path.picks, v], output });
      }
    }
    paths = [...ends.values()];
  }
  const ended = paths ?? [{ cost: 0, picks: [], output: incoming[0] ?? "host" }];
  if (!isKept) return ended;
  const last = loadAt(chain.calls.length);
  return ended.map((path) => ({ ...path, cost: path.cost + priceOf(path.output, "host", last) }));
}

/** More combinations than this are not tried one by one: then all chains of a step end in one memory type where they can. */
const mostCombinations = 1024;

function combine(paths: readonly (readonly Path[])[]): readonly (readonly Path[])[] {
  if (paths.reduce((product, { length }) => product * length, 1) > mostCombinations) {
    const outputs = new Set(paths.flatMap((chain) => chain.map(({ output }) => output)));
    return [...outputs].map((wanted) =>
      paths.map((chain) => chain.find(({ output }) => output === wanted) ?? cheapest(chain)),
    );
  }
  return paths.reduce<readonly (readonly Path[])[]>(
    (combined, chain) => combined.flatMap((before) => chain.map((path) => [...before, path])),
    [[]],
  );
}

function cheapest(chain: readonly Path[]): Path {
  return chain.reduce((best, path) => (path.cost < best.cost ? path : best));
}
