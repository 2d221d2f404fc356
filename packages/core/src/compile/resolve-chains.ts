import type { Contract, Declared } from "../pipeline/contract.ts";
import { contractOf } from "../pipeline/contract.ts";
import { type Family, familyKey, type Variants } from "../pipeline/family.ts";
import type { Step } from "../pipeline/step.ts";
import type { Use } from "../pipeline/use.ts";

/** One function of a chain as the user wrote it: a declared function, or a family whose variant is yet to be chosen. */
export interface ChainLink {
  readonly name: string;
  /** By memory type; a plain function is its own only variant. */
  readonly variants: ReadonlyMap<string, { readonly fn: Declared; readonly contract: Contract }>;
  readonly given: Readonly<Record<string, unknown>>;
}

/** What a step runs: a chain for each value of its `groupBy`, or one under `"*"`. `undefined` marks what is no function. */
export interface ResolvedPattern {
  readonly byComponent: boolean;
  readonly chains: ReadonlyMap<string, readonly (ChainLink | undefined)[]>;
}

/** Brings the four function patterns to one form. Functions that are switched off are left out. */
export function resolvePattern(step: Step): ResolvedPattern {
  const run: unknown = step.run;
  if (isRunnable(run) || Array.isArray(run) || typeof run !== "object" || run === null) {
    return { byComponent: false, chains: new Map([["*", resolveChain(run)]]) };
  }
  return {
    byComponent: true,
    chains: new Map(Object.entries(run).map(([value, chain]) => [value, resolveChain(chain)])),
  };
}

function resolveChain(chain: unknown): readonly (ChainLink | undefined)[] {
  const links: readonly unknown[] = Array.isArray(chain) ? chain : [chain];
  return links.filter((link) => !isUse(link) || link.enabled).map(resolveLink);
}

function resolveLink(link: unknown): ChainLink | undefined {
  if (isUse(link)) {
    const inner = resolveLink(link.fn);
    return inner && { ...inner, given: link.params as Record<string, unknown> };
  }
  if (isFamily(link)) {
    const { name, variants } = link[familyKey];
    const entries = Object.entries(variants as Record<string, Declared>).flatMap(([memoryType, fn]) => {
      const contract = contractOf(fn);
      return contract ? [[memoryType, { fn, contract }] as const] : [];
    });
    return { name, variants: new Map(entries), given: {} };
  }
  const contract = contractOf(link);
  if (!contract) return undefined;
  return {
    name: contract.name,
    variants: new Map([[contract.input, { fn: link as Declared, contract }]]),
    given: {},
  };
}

function isRunnable(value: unknown): boolean {
  return isUse(value) || isFamily(value) || typeof value === "function";
}

function isUse(value: unknown): value is Use {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "use";
}

/** Whether a value is a family of functions. */
export function isFamily(value: unknown): value is Family<Variants> {
  return typeof value === "object" && value !== null && familyKey in value;
}
