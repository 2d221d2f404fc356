import { isPlatewrightError } from "../../errors.ts";
import { priceOf, pricePerNanosecond, type Route } from "../../memory/conversion.ts";
import type { DType } from "../../memory/dtype.ts";
import type { MemoryTypeName } from "../../memory/memory-type.ts";
import type { CallDraft, MaterialisedDraft, MaterialisedStep, PhaseContext } from "../draft.ts";
import type { PlannedChoice } from "../plan/plan.ts";
import { type Candidate, type Candidates, costOf, findCandidates } from "./candidates.ts";
import { loadsAlong, plateDType, stackOf } from "./chain-loads.ts";
import {
  type ChoiceChain,
  type ChoiceStep,
  chooseVariants,
  type Load,
  type MovePrice,
} from "./choose-variants.ts";

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
  const drawn = drawSteps(draft, context);
  const price = createMovePrice(context);
  const best = chooseVariants(drawn, price);
  const outputOf = (step: number, chain: number) => best.picks[step]?.[chain]?.at(-1)?.output ?? "host";
  const incomingOf = (source: "plate" | number, reads: readonly number[]) =>
    source === "plate"
      ? ["host" as const]
      : reads.flatMap((share, i) => (share > 0 ? [outputOf(source, i)] : []));
  const steps = drawn.map(({ source, chains }, s) =>
    chains.map(
      ({ value, served, loads, reads }, c): VariantChain => ({
        value,
        loads,
        calls: served.map(({ call }, i) => ({ call, variant: best.picks[s]?.[c]?.[i] as WeighedCandidate })),
        incoming: [...new Set(incomingOf(source, reads))],
      }),
    ),
  );
  const choices = drawn.flatMap(({ chains }, step) =>
    chains.flatMap(({ value, served, calls }, chain) =>
      served.flatMap(({ excluded }, call): readonly PlannedChoice[] => {
        const variants = calls[call] ?? [];
        const chosen = best.picks[step]?.[chain]?.[call];
        if (!chosen || variants.length + excluded.length < 2) return [];
        const others = variants
          .filter((variant) => variant !== chosen)
          .map((variant) => ({
            memoryType: variant.input,
            addedNanoseconds: chooseVariants(drawn, price, variant).cost - best.cost,
          }))
          .sort((a, b) => a.addedNanoseconds - b.addedNanoseconds);
        return [{ step, chain: value, call, chosen: chosen.input, others, excluded }];
      }),
    ),
  );
  return { steps, choices };
}

interface WeighedCandidate extends Candidate {
  readonly input: MemoryTypeName;
  readonly output: MemoryTypeName;
  readonly cost: number;
}

interface DrawnChain extends ChoiceChain<WeighedCandidate> {
  readonly value: string;
  /** Its calls that something can run. */
  readonly served: readonly ({ readonly call: CallDraft } & Candidates)[];
}

interface DrawnStep extends ChoiceStep<WeighedCandidate> {
  readonly chains: readonly DrawnChain[];
}

function drawSteps(draft: MaterialisedDraft, context: PhaseContext): readonly DrawnStep[] {
  const isKnown = context.plate.index.dtype !== undefined;
  const endings: DType[] = [];
  return draft.steps.map((step): DrawnStep => {
    const source = step.source === "plate" ? undefined : draft.steps[step.source];
    const incoming = (source && endings[source.index]) ?? plateDType(context);
    const chains = [...step.chains].map(([value, calls]): DrawnChain => {
      const loads = loadsAlong(step, calls, incoming, draft, context);
      const last = loads.at(-1) as Load;
      endings[step.index] = last.dtype;
      const served = calls
        .map((call, i) => {
          const load = loads[i] as Load;
          return { call, load, ...findCandidates(step, call, isKnown ? load.dtype : undefined, context) };
        })
        .filter(({ candidates }) => candidates.length > 0);
      return {
        value,
        served,
        loads: [...served.map(({ load }) => load), last],
        reads: source ? sharesOf(step, value, source) : [1],
        mayConvert: step.settings.values.conversions === "auto",
        calls: served.map(({ call, load, candidates }) =>
          candidates.map((candidate) => {
            const { input, output } = candidate.contract;
            return { ...candidate, input, output, cost: costOf(candidate, call.params, load, context) };
          }),
        ),
      };
    });
    return { source: step.source, isKept: step.output !== undefined, chains };
  });
}

/** How much a chain reads of each chain of the step before: all of its own component's, else a part of each. */
function sharesOf(step: MaterialisedStep, value: string, source: MaterialisedStep): readonly number[] {
  const values = [...source.chains.keys()];
  const own = step.groupBy.join() === source.groupBy.join() ? values.indexOf(value) : -1;
  return values.map((_, i) => (own < 0 ? 1 / values.length : i === own ? 1 : 0));
}

/** The predicted time of a route between memory types on the devices there are; dearer than anything where there is none. */
function createMovePrice(context: PhaseContext): MovePrice {
  const known = new Map<string, number>();
  return (from, to, load) => {
    if (from === to || load.stacks === 0) return 0;
    const bytes = load.bytes / load.stacks;
    const key = `${from} ${to} ${load.dtype} ${bytes}`;
    const price = known.get(key) ?? stackPrice(from as MemoryTypeName, to as MemoryTypeName, load, context);
    known.set(key, price);
    return price === noRoutePrice ? price : price * load.stacks;
  };
}

const noRoutePrice = 1e14;

function stackPrice(from: MemoryTypeName, to: MemoryTypeName, load: Load, context: PhaseContext): number {
  try {
    const { hops } = findPlannedRoute(from, to, load, context);
    const bytes = load.bytes / load.stacks;
    return hops.reduce((sum, { cost }) => sum + priceOf(cost, bytes), 0) / pricePerNanosecond;
  } catch (thrown) {
    if (isPlatewrightError(thrown)) return noRoutePrice;
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
