import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ChoiceStep,
  type ChoiceVariant,
  chooseVariants,
  type Load,
  type MovePrice,
} from "../../src/compile/variants/choose-variants.ts";

const types = ["ndarray", "webgpu", "tfjs"] as const;
const load: Load = { bytes: 1, stacks: 1, dtype: "uint16" };

const drawnVariant = fc.record({
  input: fc.constantFrom(...types),
  output: fc.constantFrom(...types),
  cost: fc.integer({ min: 0, max: 50 }),
});
const drawnChain = fc
  .record({
    calls: fc.array(fc.array(drawnVariant, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
    mayConvert: fc.boolean(),
  })
  .map((chain) => ({ ...chain, loads: [load, load, load] }));
const drawnStep = fc.record({
  source: fc.nat({ max: 9 }),
  chains: fc.array(drawnChain, { minLength: 1, maxLength: 2 }),
  isKept: fc.boolean(),
});

/** Steps in a tree: each reads the plate or a step before it. */
const drawnSteps = fc.array(drawnStep, { minLength: 1, maxLength: 3 }).map((steps) =>
  steps.map(({ source, chains, isKept }, i): ChoiceStep => {
    const from = i === 0 || source > 6 ? "plate" : source % i;
    const above = from === "plate" ? 1 : (steps[from]?.chains.length ?? 1);
    const reads = Array.from({ length: above }, () => 1 / above);
    return { source: from, isKept, chains: chains.map((chain) => ({ ...chain, reads })) };
  }),
);
const drawnPrices = fc.dictionary(fc.constantFrom(...pairs()), fc.integer({ min: 0, max: 60 }), {
  minKeys: 12,
});

function pairs(): string[] {
  const all = ["host", ...types];
  return all.flatMap((from) => all.filter((to) => to !== from).map((to) => `${from} ${to}`));
}

/** What a choice costs, added up without any cleverness. */
function costOf(
  steps: readonly ChoiceStep[],
  picks: readonly (readonly (readonly ChoiceVariant[])[])[],
  price: MovePrice,
) {
  const ends: string[][] = [];
  let sum = 0;
  for (const [s, step] of steps.entries()) {
    const incoming = step.source === "plate" ? ["host"] : (ends[step.source] as string[]);
    ends.push(
      step.chains.map((chain, c) => {
        let current: string | undefined;
        for (const { input, output, cost } of picks[s]?.[c] ?? []) {
          if (current === undefined) {
            for (const [j, from] of incoming.entries())
              sum += price(from, input, load) * (chain.reads[j] ?? 0);
          } else if (current !== input) sum += price(current, input, load) + (chain.mayConvert ? 0 : 1e15);
          sum += cost;
          current = output;
        }
        if (step.isKept) sum += price(current as string, "host", load);
        return current as string;
      }),
    );
  }
  return sum;
}

/** Every choice there is. */
function* everyChoice(steps: readonly ChoiceStep[]): Generator<ChoiceVariant[][][]> {
  const sizes = steps.flatMap(({ chains }) =>
    chains.flatMap(({ calls }) => calls.map(({ length }) => length)),
  );
  const count = sizes.reduce((product, size) => product * size, 1);
  for (let n = 0; n < count; n++) {
    let rest = n;
    let at = 0;
    const next = (variants: readonly ChoiceVariant[]) => {
      const size = sizes[at++] as number;
      const pick = rest % size;
      rest = Math.floor(rest / size);
      return variants[pick] as ChoiceVariant;
    };
    yield steps.map(({ chains }) => chains.map(({ calls }) => calls.map((variants) => next(variants))));
  }
}

test("property: for random pipelines of families with random costs no choice is cheaper than the one made", () => {
  fc.assert(
    fc.property(drawnSteps, drawnPrices, (steps, prices) => {
      const price: MovePrice = (from, to, { bytes }) =>
        from === to ? 0 : (prices[`${from} ${to}`] ?? 30) * bytes;
      const choice = chooseVariants(steps, price);
      let best = Number.POSITIVE_INFINITY;
      for (const picks of everyChoice(steps)) best = Math.min(best, costOf(steps, picks, price));
      expect(choice.cost).toBeCloseTo(best, 6);
      expect(costOf(steps, choice.picks, price)).toBeCloseTo(best, 6);
    }),
    { numRuns: 300 },
  );
});

test("property: a pinned variant is kept, at the least cost that this allows", () => {
  fc.assert(
    fc.property(drawnSteps, drawnPrices, fc.nat(), (steps, prices, seed) => {
      const price: MovePrice = (from, to, { bytes }) =>
        from === to ? 0 : (prices[`${from} ${to}`] ?? 30) * bytes;
      const variants = steps[0]?.chains[0]?.calls[0] as readonly ChoiceVariant[];
      const variant = variants[seed % variants.length] as ChoiceVariant;
      const choice = chooseVariants(steps, price, variant);
      expect(choice.picks[0]?.[0]?.[0]).toBe(variant);
      let best = Number.POSITIVE_INFINITY;
      for (const picks of everyChoice(steps))
        if (picks[0]?.[0]?.[0] === variant) best = Math.min(best, costOf(steps, picks, price));
      expect(choice.cost).toBeCloseTo(best, 6);
    }),
    { numRuns: 100 },
  );
});
