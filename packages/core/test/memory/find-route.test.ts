import {
  type Conversion,
  type ConversionKind,
  createMemoryRegistry,
  type MemoryType,
  type Route,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { priceOf } from "../../src/memory/conversion.ts";
import { findRoute } from "../../src/memory/find-route.ts";
import { createShader, createTensor } from "../support/devices.ts";
import { gridBackend } from "../support/grid.ts";

const info = { shape: [2, 3, 4], strides: [12, 4, 1], dtype: "uint16", bytes: 48 } as const;
const shader = createShader();

test("without a direct edge the way leads through the host, at the price of each processor", () => {
  const memory = createMemoryRegistry([gridBackend(), shader.type], []);
  expect(memory.route("grid", "shader", info)).toEqual({
    from: "grid",
    to: "shader",
    hops: [
      { from: "grid", to: "host", cost: "view" },
      { from: "host", to: "shader", cost: "transfer" },
    ],
    bytes: 48,
  });
  expect(memory.route("grid", "grid", info).hops).toEqual([]);
});

test("a direct edge is taken where it is cheaper and where it applies", () => {
  const direct = edge("grid", "shader", "device-copy", ({ dtype }) => dtype === "uint16");
  const memory = createMemoryRegistry([gridBackend(), shader.type], [direct]);
  expect(memory.route("grid", "shader", info).hops).toEqual([
    { from: "grid", to: "shader", cost: "device-copy" },
  ]);
  expect(memory.route("grid", "shader", { ...info, dtype: "uint8" }).hops).toHaveLength(2);
});

test("of ways that cost the same the shortest is taken, then the one whose names come first, however they were installed", () => {
  const views = [
    edge("grid", "shader", "view"),
    edge("shader", "tensor", "view"),
    edge("grid", "tensor", "view"),
  ];
  const copies = [
    edge("a", "c", "device-copy"),
    edge("c", "grid", "device-copy"),
    edge("a", "b", "device-copy"),
    edge("b", "grid", "device-copy"),
  ];
  const memoryTypes = new Map(
    [gridBackend(), shader.type, createTensor().type].map((type) => [
      type.name as string,
      type as MemoryType,
    ]),
  );
  for (const conversions of [[...views, ...copies], [...views, ...copies].reverse()]) {
    const way = (from: string, to: string) =>
      findRoute({ memoryTypes, conversions }, from as never, to as never, info).map((hop) => hop.to);
    expect(way("grid", "tensor")).toEqual(["tensor"]);
    expect(way("a", "grid")).toEqual(["b", "grid"]);
  }
});

test("where the way through the host is forbidden and the only one, the error says what would help", () => {
  const memory = createMemoryRegistry(
    [gridBackend(), shader.type],
    [edge("grid", "shader", "view", () => false)],
  );
  expect(() => memory.route("grid", "shader", info, { allowHostRoundtrip: false })).toThrow(
    "No route from grid to shader. Tried the direct edges grid → shader. Allow the way through the host (grid → host → shader), or install a plugin with a conversion from grid to shader.",
  );
  expect(memory.route("grid", "host", info, { allowHostRoundtrip: false }).hops).toHaveLength(1);
});

test("an unknown memory type is an error that lists the known ones", () => {
  const memory = createMemoryRegistry([gridBackend()], []);
  expect(() => memory.route("grid", "shader", info)).toThrow(
    'Memory type "shader" is not registered. Registered: host, grid. Add shaderBackend() to createPlatewright(…).',
  );
});

const kinds: readonly ConversionKind[] = ["view", "device-copy", "host-copy", "transfer"];
const names = ["grid", "shader", "tensor", "a", "b", "c"];

test("property: the route is the cheapest there is, and always the same", () => {
  const edges = fc.array(
    fc.record({
      from: fc.constantFrom("host", ...names),
      to: fc.constantFrom("host", ...names),
      cost: fc.constantFrom(...kinds),
      applies: fc.boolean(),
    }),
    { maxLength: 14 },
  );
  const bytes = fc.constantFrom(0, 2, 1e5, 1e9);
  fc.assert(
    fc.property(
      edges,
      bytes,
      fc.constantFrom(...names),
      fc.constantFrom(...names),
      fc.boolean(),
      (drawn, size, from, to, allowHostRoundtrip) => {
        const conversions = drawn
          .filter((one) => one.from !== one.to)
          .map((one) => edge(one.from, one.to, one.cost, () => one.applies));
        const memoryTypes = new Map(names.map((name) => [name, typeNamed(name)]));
        const array = { ...info, bytes: size };
        const search = (list: readonly Conversion[]): Pick<Route, "hops"> | undefined => {
          const graph = { memoryTypes, conversions: list };
          const options = { allowHostRoundtrip };
          try {
            const legs = findRoute(graph, from as never, to as never, array, options);
            return { hops: legs.map(({ from, to, cost }) => ({ from, to, cost })) };
          } catch {
            return undefined;
          }
        };
        const route = search(conversions);
        const cheapest = bruteForce(conversions, from, to, size, allowHostRoundtrip);
        expect(route && priceOfRoute(route, size)).toBe(cheapest);
        expect(search([...conversions].reverse())).toEqual(route);
      },
    ),
    { numRuns: 300 },
  );
});

function priceOfRoute({ hops }: Pick<Route, "hops">, bytes: number): number {
  return hops.reduce((sum, { cost }) => sum + priceOf(cost, bytes), 0);
}

/** The least price over all ways that visit no memory type twice. */
function bruteForce(
  conversions: readonly Conversion[],
  from: string,
  to: string,
  bytes: number,
  throughHost: boolean,
  seen: readonly string[] = [],
): number | undefined {
  if (from === to) return 0;
  const usable = conversions
    .filter((one) => one.applies?.(info, {}) ?? true)
    .map((one) => [one.from, one.to, one.cost] as const);
  const toHost = names.map((name) => [name, "host", hostCost(name)] as const);
  const fromHost = names.map((name) => ["host", name, hostCost(name)] as const);
  const prices = [...usable, ...toHost, ...fromHost].flatMap(([start, end, cost]) => {
    if (start !== from || seen.includes(end) || (end === "host" && to !== "host" && !throughHost)) return [];
    const rest = bruteForce(conversions, end, to, bytes, throughHost, [...seen, from]);
    return rest === undefined ? [] : [priceOf(cost, bytes) + rest];
  });
  return prices.length > 0 ? Math.min(...prices) : undefined;
}

function hostCost(name: string): ConversionKind {
  return name < "c" ? "host-copy" : "transfer";
}

function typeNamed(name: string): MemoryType {
  return {
    ...createTensor().type,
    name: name as "tensor",
    processor: name < "c" ? "cpu" : "gpu",
  } as MemoryType;
}

function edge(from: string, to: string, cost: ConversionKind, applies?: Conversion["applies"]): Conversion {
  return {
    kind: "conversion",
    from: from as "grid",
    to: to as "shader",
    cost,
    ...(applies ? { applies } : {}),
    convert: (array) => array,
  };
}
