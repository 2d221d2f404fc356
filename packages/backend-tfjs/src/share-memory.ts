import type { ArrayInfo, ArrayOf, Conversion, MemoryType, MemoryTypeName } from "@platewright/core";

/**
 * The direct edges between `tfjs` on the cpu backend and another memory type of ordinary memory, such as `ndarray`: they
 * move no byte, and apply to what both lay out alike (float32, int32 and bool, dense).
 *
 * @example
 * createPlatewright(ndarray, tfjs, ...shareMemory(tfjs, ndarray))
 */
export function shareMemory<M extends MemoryTypeName>(
  tfjs: MemoryType<"tfjs">,
  other: MemoryType<M>,
): readonly [Conversion<M, "tfjs">, Conversion<"tfjs", M>] {
  return [viewEdge(other, tfjs), viewEdge(tfjs, other)];
}

/** Two views, of the host's memory and then of that; only where both are. */
function viewEdge<A extends MemoryTypeName, B extends MemoryTypeName>(
  from: MemoryType<A>,
  to: MemoryType<B>,
): Conversion<A, B> {
  return {
    kind: "conversion",
    from: from.name,
    to: to.name,
    cost: "view",
    applies: (array: ArrayInfo) =>
      from.hostCost?.(array, "to") === "view" && to.hostCost?.(array, "from") === "view",
    convert: async (array: ArrayOf<A>, options) => to.fromHost(await from.toHost(array, options), options),
  };
}
