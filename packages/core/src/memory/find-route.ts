import { PlatewrightError } from "../errors.ts";
import { compareTexts } from "../plain-data.ts";
import { type Conversion, type ConversionKind, type Hop, priceOf } from "./conversion.ts";
import type { ArrayInfo, Awaitable, ConvertOptions, MemoryType, MemoryTypeName } from "./memory-type.ts";

/** The nodes and edges among which routes are found. */
export interface ConversionGraph {
  readonly memoryTypes: ReadonlyMap<string, MemoryType>;
  readonly conversions: readonly Conversion[];
}

/** What a route may do. */
export interface RouteOptions extends ConvertOptions {
  /** `false` forbids a route that only passes through the host. Default `true`. */
  readonly allowHostRoundtrip?: boolean | undefined;
  /** Edges that are left out, as after one has failed. */
  readonly without?: readonly Conversion[];
}

/** One hop of a route, and who takes it. */
export interface Leg extends Hop {
  /** The direct edge, where it is not a memory type's own way to or from the host. */
  readonly edge?: Conversion;
  convert(array: never, options?: ConvertOptions): Awaitable<unknown>;
}

/**
 * The cheapest route by kind and bytes (Dijkstra's algorithm); on ties the one with fewer hops, then the one whose
 * names, then whose kinds come first. Throws "conversion" where there is none, naming what was tried and what would help.
 */
export function findRoute(
  graph: ConversionGraph,
  from: MemoryTypeName,
  to: MemoryTypeName,
  array: ArrayInfo,
  options: RouteOptions = {},
): readonly Leg[] {
  const open: Candidate[] = [{ at: from, price: 0, legs: [] }];
  const done = new Set<string>();
  for (;;) {
    const best = takeBest(open);
    if (!best) throw noRoute(graph, from, to, options);
    if (best.at === to) return best.legs;
    if (done.has(best.at)) continue;
    done.add(best.at);
    for (const leg of legsFrom(graph, best.at, array, options)) {
      if (leg.to === "host" && leg.to !== to && options.allowHostRoundtrip === false) continue;
      const price = best.price + priceOf(leg.cost, array.bytes);
      open.push({ at: leg.to, price, legs: [...best.legs, leg] });
    }
  }
}

interface Candidate {
  readonly at: MemoryTypeName;
  readonly price: number;
  readonly legs: readonly Leg[];
}

function takeBest(open: Candidate[]): Candidate | undefined {
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    if (compareCandidates(open[i] as Candidate, open[best] as Candidate) < 0) best = i;
  }
  return open.splice(best, 1)[0];
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return a.price - b.price || a.legs.length - b.legs.length || compareTexts(pathOf(a), pathOf(b));
}

/** The names on the way, then what happens on it: two edges between the same types may cost the same. */
function pathOf({ legs }: Candidate): string {
  return [...legs.map(({ to }) => to), ...legs.map(({ cost }) => cost)].join(" ");
}

function legsFrom(
  { conversions, memoryTypes }: ConversionGraph,
  from: MemoryTypeName,
  array: ArrayInfo,
  options: RouteOptions,
): readonly Leg[] {
  const legs: Leg[] = [];
  for (const edge of conversions) {
    if (edge.from !== from || options.without?.includes(edge)) continue;
    if (edge.applies?.(array, options) ?? true)
      legs.push({ from, to: edge.to, cost: edge.cost, edge, convert: (own, how) => edge.convert(own, how) });
  }
  for (const type of memoryTypes.values()) {
    if (type.name === "host") continue;
    if (from === "host") {
      const cost = hostCost(type, array, "from");
      legs.push({ from, to: type.name, cost, convert: (own, how) => type.fromHost(own, how) });
    } else if (from === type.name) {
      const cost = hostCost(type, array, "to");
      legs.push({ from, to: "host", cost, convert: (own, how) => type.toHost(own, how) });
    }
  }
  return legs;
}

function hostCost(type: MemoryType, array: ArrayInfo, direction: "to" | "from"): ConversionKind {
  return type.hostCost?.(array, direction) ?? (type.processor === "gpu" ? "transfer" : "host-copy");
}

function noRoute(
  graph: ConversionGraph,
  from: MemoryTypeName,
  to: MemoryTypeName,
  options: RouteOptions,
): PlatewrightError {
  const direct = graph.conversions
    .filter((edge) => edge.from === from)
    .map((edge) => `${edge.from} → ${edge.to}`);
  const tried =
    direct.length > 0 ? `Tried the direct edges ${direct.join(", ")}.` : "There is no direct edge.";
  const remedy =
    options.allowHostRoundtrip === false
      ? `Allow the way through the host (${from} → host → ${to}), or install a plugin with a conversion from ${from} to ${to}.`
      : `Install a plugin with a conversion from ${from} to ${to}.`;
  return new PlatewrightError("conversion", `No route from ${from} to ${to}. ${tried} ${remedy}`, {
    from,
    to,
    tried: direct,
  });
}
