import type { ArrayInfo, ArrayOf, Awaitable, ConvertOptions, MemoryTypeName } from "./memory-type.ts";

/**
 * What a conversion does with the bytes.
 * `view`: none moves. `device-copy`: copied within one device. `host-copy`: copied in ordinary memory.
 * `transfer`: moved between host and device.
 */
export type ConversionKind = "view" | "device-copy" | "host-copy" | "transfer";

/** A direct edge of the conversion graph; every memory type's two edges to and from the host exist without one. */
export interface Conversion<
  A extends MemoryTypeName = MemoryTypeName,
  B extends MemoryTypeName = MemoryTypeName,
> {
  readonly kind: "conversion";
  readonly from: A;
  readonly to: B;
  readonly cost: ConversionKind;
  /** Whether the edge can take this array: its dtype, device, alignment, strides. Default: always. */
  applies?(array: ArrayInfo, options: ConvertOptions): boolean;
  convert(array: ArrayOf<A>, options?: ConvertOptions): Awaitable<ArrayOf<B>>;
}

/** One hop of a route. */
export interface Hop {
  readonly from: MemoryTypeName;
  readonly to: MemoryTypeName;
  readonly cost: ConversionKind;
}

/** How an array gets from one memory type to another; no hops where they are the same. */
export interface Route {
  readonly from: MemoryTypeName;
  readonly to: MemoryTypeName;
  readonly hops: readonly Hop[];
  /** Bytes that hops other than views move, for the array the route was found for. */
  readonly bytes: number;
}

/** Relative price of moving a byte, and of a hop at all; a view is free. */
const prices: Record<ConversionKind, { readonly byte: number; readonly hop: number }> = {
  view: { byte: 0, hop: 0 },
  "device-copy": { byte: 1, hop: 1_000 },
  "host-copy": { byte: 4, hop: 1_000 },
  transfer: { byte: 16, hop: 100_000 },
};

/** The price of a hop for an array of so many bytes; comparable between hops, without unit. */
export function priceOf(cost: ConversionKind, bytes: number): number {
  const { byte, hop } = prices[cost];
  return hop + byte * bytes;
}
