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

/** To move a byte, and to make a hop at all, in hundredths of a nanosecond: whole numbers, so that equal sums are equal. Rough figures of today's machines. */
const prices: Record<ConversionKind, { readonly byte: number; readonly hop: number }> = {
  view: { byte: 0, hop: 0 },
  "device-copy": { byte: 1, hop: 100_000 },
  "host-copy": { byte: 10, hop: 100_000 },
  transfer: { byte: 20, hop: 20_000_000 },
};

/** How many units of price a nanosecond has. */
export const pricePerNanosecond = 100;

/** The price of a hop for an array of so many bytes, by which routes are found and variants chosen. */
export function priceOf(cost: ConversionKind, bytes: number): number {
  const { byte, hop } = prices[cost];
  return hop + byte * bytes;
}
