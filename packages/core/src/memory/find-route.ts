import { PlatewrightError } from "../errors.ts";
import { type Conversion, type ConversionKind, type Hop, priceOf, type Route } from "./conversion.ts";
import type { ArrayInfo, ConvertOptions, MemoryType, MemoryTypeName } from "./memory-type.ts";

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

/** A route, and for each of its hops the direct edge that takes it; `undefined` where a memory type's own way to or from the host does. */
export interface Way {
  readonly route: Route;
  readonly edges: readonly (Conversion | undefined)[];
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
): Way {
  const open: Candidate[] = [{ at: from, price: 0, hops: [] }];
  const done = new Set<string>();
  for (;;) {
    const best = takeBest(open);
    if (!best) throw noRoute(graph, from, to, options);
    if (best.at === to) return wayOf(from, best, array.bytes);
    if (done.has(best.at)) continue;
    done.add(best.at);
    for (const hop of hopsFrom(graph, best.at, array, options)) {
      if (hop.to === "host" && hop.to !== to && options.allowHostRoundtrip === false) continue;
      open.push({
        at: hop.to,
        price: best.price + priceOf(hop.cost, array.bytes),
        hops: [...best.hops, hop],
      });
    }
  }
}

interface Candidate {
  readonly at: MemoryTypeName;
  readonly price: number;
  readonly hops: readonly Leg[];
}

interface Leg extends Hop {
  readonly edge?: Conversion;
}

function wayOf(from: MemoryTypeName, { at, hops }: Candidate, bytes: number): Way {
  const route = {
    from,
    to: at,
    hops: hops.map(({ from: start, to, cost }) => ({ from: start, to, cost })),
    bytes: bytesMoved(hops, bytes),
  };
  return { route, edges: hops.map(({ edge }) => edge) };
}

function takeBest(open: Candidate[]): Candidate | undefined {
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    if (compareCandidates(open[i] as Candidate, open[best] as Candidate) < 0) best = i;
  }
  return open.splice(best, 1)[0];
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return a.price - b.price || a.hops.length - b.hops.length || compareTexts(pathOf(a), pathOf(b));
}

/** The names on the way, then what happens on it: two edges between the same types may cost the same. */
function pathOf({ hops }: Candidate): string {
  return [...hops.map(({ to }) => to), ...hops.map(({ cost }) => cost)].join(" ");
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hopsFrom(
  graph: ConversionGraph,
  from: MemoryTypeName,
  array: ArrayInfo,
  options: RouteOptions,
): readonly Leg[] {
  const hops: Leg[] = [];
  for (const edge of graph.conversions) {
    if (edge.from !== from || options.without?.includes(edge)) continue;
    if (edge.applies?.(array, options) ?? true) hops.push({ from, to: edge.to, cost: edge.cost, edge });
  }
  if (from === "host") {
    for (const type of graph.memoryTypes.values()) {
      if (type.name !== "host") hops.push({ from, to: type.name, cost: hostCost(type, array, "from") });
    }
  } else {
    const type = graph.memoryTypes.get(from);
    if (type) hops.push({ from, to: "host", cost: hostCost(type, array, "to") });
  }
  return hops;
}

function hostCost(type: MemoryType, array: ArrayInfo, direction: "to" | "from"): ConversionKind {
  return type.hostCost?.(array, direction) ?? (type.processor === "gpu" ? "transfer" : "host-copy");
}

function bytesMoved(hops: readonly Hop[], bytes: number): number {
  return hops.filter((hop) => hop.cost !== "view").length * bytes;
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
