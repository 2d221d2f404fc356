import { isPlatewrightError } from "../../errors.ts";
import { priceOf, pricePerNanosecond, type Route } from "../../memory/conversion.ts";
import type { DType } from "../../memory/dtype.ts";
import type { MemoryTypeName } from "../../memory/memory-type.ts";
import type { CallDraft, MaterialisedDraft, MaterialisedStep, PhaseContext } from "../draft.ts";
import type { PlannedChoice } from "../plan/plan.ts";
import { type Candidate, type Candidates, costOf, findCandidates } from "./candidates.ts";
import { dtypesAlong, loadsAlong, plateDType, stackOf } from "./chain-loads.ts";
import { type ChoiceStep, chooseVariants, type Load, type MovePrice, type Pin } from "./choose-variants.ts";

/** A chain with the variant that was chosen for each call; calls that nothing can run are left out. */
export interface VariantChain {
  readonly value: string;
  readonly calls: readonly { readonly call: CallDraft; readonly variant: Candidate }[];
  /** What one well has before the first call, between the calls and after the last. */
  readonly loads: readonly Load[];
  /** The memory types in which its images come, those of most first. */
  readonly incoming: readonly MemoryTypeName[];
}

/** Chooses the variants of a whole pipeline at the least predicted cost, conversions included. */
export function planVariants(
  draft: MaterialisedDraft,
  context: PhaseContext,
): {
  readonly steps: readonly (readonly VariantChain[])[];
  readonly choices: readonly PlannedChoice[];
} {
  const drawn = drawChains(draft, context);
  const problem = drawn.map((chains, i): ChoiceStep => {
    const step = draft.steps[i] as MaterialisedStep;
    return {
      source: step.source,
      isKept: step.output !== undefined,
      chains: chains.map(({ served, loads, reads }) => ({
        reads,
        loads,
        mayConvert: step.settings.values.conversions === "auto",
        calls: served.map(({ call, candidates }, c) =>
          candidates.map((candidate) => ({
            input: candidate.contract.input,
            output: candidate.contract.output,
            cost: costOf(candidate, call.params, loads[c] as Load, context),
          })),
        ),
      })),
    };
  });
  const price = createMovePrice(context);
  const best = chooseVariants(problem, price);
  const steps = drawn.map((chains, s) =>
    chains.map(
      ({ value, served, loads }, c): Omit<VariantChain, "incoming"> => ({
        value,
        loads,
        calls: served.map(({ call, candidates }, i) => ({
          call,
          variant: candidates[best.picks[s]?.[c]?.[i] ?? 0] as Candidate,
        })),
      }),
    ),
  );
  const outputOf = (step: number, chain: number): MemoryTypeName =>
    steps[step]?.[chain]?.calls.at(-1)?.variant.contract.output ?? "host";
  const withIncoming = steps.map((chains, s) =>
    chains.map((chain, c): VariantChain => {
      const source = draft.steps[s]?.source ?? "plate";
      const reads = drawn[s]?.[c]?.reads ?? [];
      const incoming =
        source === "plate"
          ? (["host"] as const)
          : reads.flatMap((share, j) => (share > 0 ? [outputOf(source, j)] : []));
      return { ...chain, incoming: [...new Set(incoming)] };
    }),
  );
  const weighed = (pin: Pin) => chooseVariants(problem, price, pin).cost - best.cost;
  return { steps: withIncoming, choices: weighChoices(drawn, best.picks, weighed) };
}

interface DrawnChain {
  readonly value: string;
  readonly served: readonly ({ readonly call: CallDraft } & Candidates)[];
  readonly loads: readonly Load[];
  readonly reads: readonly number[];
}

function drawChains(draft: MaterialisedDraft, context: PhaseContext): readonly (readonly DrawnChain[])[] {
  const drawn: (readonly DrawnChain[])[] = [];
  const endings: DType[] = [];
  for (const step of draft.steps) {
    const incoming = step.source === "plate" ? plateDType(context) : endings[step.source];
    const source = step.source === "plate" ? undefined : draft.steps[step.source];
    const chains = [...step.chains].map(([value, calls]): DrawnChain => {
      const dtypes = dtypesAlong(calls, incoming ?? plateDType(context));
      const loads = loadsAlong(step, calls, dtypes, draft, context);
      const known = context.plate.index.dtype !== undefined;
      const found = calls.map((call, i) => ({
        call,
        at: i,
        ...findCandidates(step, call, known ? dtypes[i] : undefined, context),
      }));
      const served = found.filter(({ candidates }) => candidates.length > 0);
      endings[step.index] = dtypes.at(-1) as DType;
      return {
        value,
        served,
        loads: [...served.map(({ at }) => loads[at] as Load), loads.at(-1) as Load],
        reads: source ? sharesOf(step, value, source) : [1],
      };
    });
    drawn.push(chains);
  }
  return drawn;
}

/** How much a chain reads of each chain of the step before: all of its own component's, else a part of each. */
function sharesOf(step: MaterialisedStep, value: string, source: MaterialisedStep): readonly number[] {
  const values = [...source.chains.keys()];
  const own = step.groupBy.join() === source.groupBy.join() ? values.indexOf(value) : -1;
  return values.map((_, i) => (own < 0 ? 1 / values.length : i === own ? 1 : 0));
}

/** The predicted time of a route between memory types on the devices there are; dearer than anything where there is none. */
function createMovePrice(context: PhaseContext): MovePrice {
  const known = new Map<string, readonly Route["hops"][number]["cost"][] | undefined>();
  return (from, to, load) => {
    if (from === to || load.stacks === 0) return 0;
    const key = `${from} ${to} ${load.dtype} ${load.bytes / load.stacks}`;
    if (!known.has(key))
      known.set(key, findHops(from as MemoryTypeName, to as MemoryTypeName, load, context));
    const hops = known.get(key);
    if (!hops) return noRoutePrice;
    const bytes = load.bytes / load.stacks;
    const price = hops.reduce((sum, kind) => sum + priceOf(kind, bytes), 0);
    return (price / pricePerNanosecond) * load.stacks;
  };
}

const noRoutePrice = 1e14;

function findHops(from: MemoryTypeName, to: MemoryTypeName, load: Load, context: PhaseContext) {
  try {
    return findPlannedRoute(from, to, load, context).hops.map(({ cost }) => cost);
  } catch (thrown) {
    if (isPlatewrightError(thrown)) return undefined;
    throw thrown;
  }
}

/** The route by which a stack of a load would be converted, on the first devices there are. Throws "conversion" or "memory-type" where there is none. */
export function findPlannedRoute(
  from: MemoryTypeName,
  to: MemoryTypeName,
  load: Load,
  context: PhaseContext,
): Route {
  const deviceOf = (name: MemoryTypeName) => context.devices.get(name)?.devices[0]?.id;
  const stack = stackOf(load, context);
  const device = deviceOf(from);
  return context.memory.route(from, to, device === undefined ? stack : { ...stack, device }, {
    device: deviceOf(to),
  });
}

function weighChoices(
  drawn: readonly (readonly DrawnChain[])[],
  picks: readonly (readonly (readonly number[])[])[],
  addedBy: (pin: Pin) => number,
): readonly PlannedChoice[] {
  return drawn.flatMap((chains, step) =>
    chains.flatMap(({ value, served }, chain) =>
      served.flatMap(({ candidates, excluded }, call): readonly PlannedChoice[] => {
        if (candidates.length + excluded.length < 2) return [];
        const pick = picks[step]?.[chain]?.[call] ?? 0;
        const others = candidates.flatMap(({ contract }, variant) =>
          variant === pick
            ? []
            : [{ memoryType: contract.input, addedNanoseconds: addedBy({ step, chain, call, variant }) }],
        );
        others.sort((a, b) => a.addedNanoseconds - b.addedNanoseconds);
        const chosen = (candidates[pick] as Candidate).contract.input;
        return [{ step, chain: value, call, chosen, others, excluded }];
      }),
    ),
  );
}
