import type { Contract, Declared } from "../../pipeline/contract.ts";
import { contractOf } from "../../pipeline/contract.ts";
import { type Family, familyKey, type Variants } from "../../pipeline/family.ts";
import type { Step } from "../../pipeline/step.ts";
import { isTask } from "../../pipeline/task.ts";
import type { Use } from "../../pipeline/use.ts";

/** One function of a chain as the user wrote it: a declared function, or a family whose variant is yet to be chosen. */
export interface ChainLink {
  readonly name: string;
  /** By memory type; a plain function is its own only variant. */
  readonly variants: ReadonlyMap<string, { readonly fn: Declared; readonly contract: Contract }>;
  readonly given: Readonly<Record<string, unknown>>;
}

/** What a step runs. `undefined` marks what is no function. */
export interface ResolvedPattern {
  /** How many components its functions are told apart by. */
  readonly depth: number;
  /** A chain for each value of the first component, or of the first and second joined by `/`, …; under `"*"` where one chain serves all. */
  readonly chains: ReadonlyMap<string, readonly (ChainLink | undefined)[]>;
  /** Values that one part of a chain has functions for, and another by the same component has not. */
  readonly uneven: readonly string[];
}

/** One way through a pattern: the functions for some values of the components. */
interface Branch {
  readonly path: readonly string[];
  readonly links: readonly (ChainLink | undefined)[];
}

/** Brings a pattern, however it is nested, to chains. Functions that are switched off are left out. */
export function resolvePattern(step: Step): ResolvedPattern {
  if (isTask(step.run)) return { depth: 0, chains: new Map(), uneven: [] };
  const uneven: string[] = [];
  const branches = branchesOf(step.run, uneven);
  return {
    depth: depthOf(step.run),
    chains: new Map(branches.map(({ path, links }) => [path.join("/") || "*", links])),
    uneven,
  };
}

function branchesOf(part: unknown, uneven: string[]): readonly Branch[] {
  if (Array.isArray(part)) {
    const parts = part.map((inner) => branchesOf(inner, uneven));
    return parts.reduce((before, next) => joinBranches(before, next, uneven), [{ path: [], links: [] }]);
  }
  if (!isByComponent(part))
    return [{ path: [], links: isUse(part) && !part.enabled ? [] : [resolveLink(part)] }];
  return Object.entries(part).flatMap(([value, inner]) =>
    branchesOf(inner, uneven).map(({ path, links }) => ({ path: [value, ...path], links })),
  );
}

/** Each way through the first part with each through the second that is for the same values. */
function joinBranches(
  before: readonly Branch[],
  next: readonly Branch[],
  uneven: string[],
): readonly Branch[] {
  const alone = [
    ...before.filter(({ path }) => !next.some((other) => fit(path, other.path))),
    ...next.filter(({ path }) => !before.some((other) => fit(path, other.path))),
  ];
  uneven.push(...alone.map(({ path }) => path.join("/")));
  return before.flatMap((one) =>
    next
      .filter((other) => fit(one.path, other.path))
      .map((other) => ({
        path: one.path.length < other.path.length ? other.path : one.path,
        links: [...one.links, ...other.links],
      })),
  );
}

/** Whether one path begins with the other. */
function fit(a: readonly string[], b: readonly string[]): boolean {
  return a.every((value, i) => i >= b.length || value === b[i]);
}

function depthOf(part: unknown): number {
  if (Array.isArray(part)) return Math.max(0, ...part.map(depthOf));
  return isByComponent(part) ? 1 + Math.max(0, ...Object.values(part).map(depthOf)) : 0;
}

function isByComponent(part: unknown): part is Readonly<Record<string, unknown>> {
  return typeof part === "object" && part !== null && !isUse(part) && !isFamily(part);
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

function isUse(value: unknown): value is Use {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "use";
}

/** Whether `undefined` stands somewhere in a pattern in place of a function, as a name does that was misspelt in an import. */
export function holdsNothing(part: unknown): boolean {
  if (isUse(part)) return part.fn === undefined;
  if (Array.isArray(part)) return part.some(holdsNothing);
  return part === undefined || (isByComponent(part) && Object.values(part).some(holdsNothing));
}

/** Whether a value is a family of functions. */
export function isFamily(value: unknown): value is Family<Variants> {
  return typeof value === "object" && value !== null && familyKey in value;
}
