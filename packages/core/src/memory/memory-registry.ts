import { messageOf, PlatewrightError } from "../errors.ts";
import type { Conversion, Hop, Route } from "./conversion.ts";
import { type ConversionGraph, findRoute, type Leg, type RouteOptions } from "./find-route.ts";
import { hostType } from "./host-type.ts";
import type { ArrayInfo, ArrayOf, MemoryType, MemoryTypeName } from "./memory-type.ts";
import { stackSlices, unstackSlices } from "./stack.ts";

/** Told when a direct conversion failed and the array went another way. */
export interface ConversionFallback {
  readonly from: MemoryTypeName;
  readonly to: MemoryTypeName;
  readonly failed: Hop;
  readonly reason: string;
}

/** How an array is converted. */
export interface ConversionOptions extends RouteOptions {
  readonly onFallback?: ((fallback: ConversionFallback) => void) | undefined;
}

/** The memory types that are installed, and the ways between them. */
export interface MemoryRegistry {
  /** Names of the memory types, `host` first. */
  readonly names: readonly MemoryTypeName[];
  /** Throws "memory-type", listing what is registered and who needed it. */
  get<M extends MemoryTypeName>(name: M, neededBy?: string): MemoryType<M>;
  has(name: string): boolean;
  /** The memory type of an array. Throws "memory-type" naming what the value is instead. */
  typeOf(value: unknown): MemoryTypeName;
  describe(array: unknown): ArrayInfo;
  /** The memory under an array: two arrays that share bytes, of whatever memory types, answer the same object. */
  storageOf(array: unknown): object;
  /** Frees or recycles the memory under an array, where its memory type has to be told. */
  dispose(array: unknown): void;
  /** The way an array would be converted. */
  route(from: MemoryTypeName, to: MemoryTypeName, array: ArrayInfo, options?: RouteOptions): Route;
  /** The array in another memory type; the very same array where it is of that type already. */
  convert<M extends MemoryTypeName>(array: unknown, to: M, options?: ConversionOptions): Promise<ArrayOf<M>>;
  /** One [Z, Y, X] stack of [Y, X] slices of one shape and dtype, of any memory types, in `to` (default: the first slice's). */
  stack<M extends MemoryTypeName>(
    slices: readonly unknown[],
    to?: M,
    options?: ConversionOptions,
  ): Promise<ArrayOf<M>>;
  /** The [Y, X] slices of a [Z, Y, X] stack; views where the memory type has them. */
  unstack(stack: unknown): Promise<readonly unknown[]>;
}

/** Makes a registry. Throws "registry" where two memory types have one name. */
export function createMemoryRegistry(
  types: readonly MemoryType[],
  conversions: readonly Conversion[],
): MemoryRegistry {
  const memoryTypes = new Map<string, MemoryType>([["host", hostType as unknown as MemoryType]]);
  for (const type of types) {
    if (memoryTypes.has(type.name)) {
      throw new PlatewrightError(
        "registry",
        `Two plugins give the memory type "${type.name}". Install one of them.`,
      );
    }
    memoryTypes.set(type.name, type);
  }
  const graph: ConversionGraph = { memoryTypes, conversions };

  const get: MemoryRegistry["get"] = (name, neededBy) => {
    const type = memoryTypes.get(name);
    if (!type) throw unknownType(name, [...memoryTypes.keys()], neededBy);
    return type as MemoryType<typeof name>;
  };
  const typeOf = (value: unknown): MemoryTypeName => {
    for (const type of memoryTypes.values()) if (type.is(value)) return type.name;
    throw new PlatewrightError(
      "memory-type",
      `${nameOfValue(value)} is an array of no registered memory type. Registered: ${[...memoryTypes.keys()].join(", ")}.`,
    );
  };
  const typed = (array: unknown): MemoryType => get(typeOf(array)) as MemoryType;
  const convert: MemoryRegistry["convert"] = (array, to, options = {}) =>
    convertArray(graph, registry, array, to, options) as Promise<ArrayOf<typeof to>>;

  const registry: MemoryRegistry = Object.freeze<MemoryRegistry>({
    names: Object.freeze([...memoryTypes.keys()] as MemoryTypeName[]),
    get,
    has: (name) => memoryTypes.has(name),
    typeOf,
    describe: (array) => typed(array).describe(array as never),
    storageOf: (array) => typed(array).storageOf(array as never),
    dispose: (array) => typed(array).dispose?.(array as never),
    route: (from, to, array, options) => {
      get(from);
      get(to);
      const hops = findRoute(graph, from, to, array, options).map(hopOf);
      return { from, to, hops, bytes: hops.filter(({ cost }) => cost !== "view").length * array.bytes };
    },
    convert,
    stack: (slices, to, options) => stackSlices(registry, slices, to, options) as never,
    unstack: (stack) => unstackSlices(registry, stack),
  });
  return registry;
}

async function convertArray(
  graph: ConversionGraph,
  registry: MemoryRegistry,
  array: unknown,
  to: MemoryTypeName,
  options: ConversionOptions,
): Promise<unknown> {
  const from = registry.typeOf(array);
  registry.get(to);
  if (from === to) return array;
  const without = [...(options.without ?? [])];
  for (;;) {
    const legs = findRoute(graph, from, to, registry.describe(array), { ...options, without });
    const made: unknown[] = [];
    try {
      let current = array;
      for (const leg of legs) {
        current = await leg.convert(current as never, options);
        made.push(current);
      }
      disposeUnderway(registry, array, made);
      return current;
    } catch (cause) {
      disposeUnderway(registry, array, [...made, array]);
      const failed = legs[made.length];
      if (!failed) throw cause;
      if (!failed.edge || options.signal?.aborted)
        throw new PlatewrightError(
          "conversion",
          `Converting ${from} to ${to} failed at ${failed.from} → ${failed.to}: ${messageOf(cause)}`,
          { from, to, cause },
        );
      without.push(failed.edge);
      options.onFallback?.({ from, to, failed: hopOf(failed), reason: messageOf(cause) });
    }
  }
}

function hopOf({ from, to, cost }: Leg): Hop {
  return { from, to, cost };
}

/** Disposes of what a route of several hops made on its way, where neither its start nor its end lies in that memory. */
function disposeUnderway(registry: MemoryRegistry, start: unknown, made: readonly unknown[]): void {
  if (made.length < 2) return;
  const kept = new Set([registry.storageOf(start), registry.storageOf(made.at(-1))]);
  for (const array of made.slice(0, -1)) {
    const storage = registry.storageOf(array);
    if (!kept.has(storage)) registry.dispose(array);
    kept.add(storage);
  }
}

/** The error for a memory type that is not installed. */
function unknownType(name: string, registered: readonly string[], neededBy?: string): PlatewrightError {
  const needed = neededBy === undefined ? "" : ` (needed by ${neededBy})`;
  return new PlatewrightError(
    "memory-type",
    `Memory type "${name}" is not registered${needed}. Registered: ${registered.join(", ")}. Add ${name}Backend() to createPlatewright(…).`,
    { name, registered },
  );
}

function nameOfValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `The ${typeof value} ${String(value)}`;
  return `A value of type ${value.constructor?.name ?? "object"}`;
}
