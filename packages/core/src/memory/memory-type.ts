import type { ConversionKind } from "./conversion.ts";
import type { DeviceProvider } from "./device.ts";
import type { DType } from "./dtype.ts";
import type { DTypePolicy } from "./dtype-policy.ts";
import type { HostArray } from "./host-array.ts";

/** The arrays this program knows, by memory type; a backend package adds its own key by declaration merging. */
export interface MemoryTypes {
  readonly host: HostArray;
}

/** The name of a memory type, such as `"ndarray"`. */
export type MemoryTypeName = keyof MemoryTypes & string;

/** The array of a memory type. */
export type ArrayOf<M extends MemoryTypeName> = MemoryTypes[M];

/** A value now or soon. */
export type Awaitable<T> = T | PromiseLike<T>;

/** The name of a device, such as `"webgpu:0"`; CPU memory types have none. */
export type DeviceId = string;

/** What an array is, whatever library made it. */
export interface ArrayInfo {
  readonly shape: readonly number[];
  /** Distance between neighbours along each axis, in values; may be negative. */
  readonly strides: readonly number[];
  readonly dtype: DType;
  readonly device?: DeviceId;
  /** Bytes of the array's own values as the host holds them, whatever they take in this memory. */
  readonly bytes: number;
  /** Whether the memory under it holds other values too, as under a slice of a stack; told where it matters to another library. */
  readonly isPart?: boolean;
}

/** How an array is brought from one memory type to another. */
export interface ConvertOptions {
  /** The device the result shall live on; a CPU memory type ignores it. */
  readonly device?: DeviceId | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Knows one array library: how to recognise its arrays, and how to bring them to and from the host.
 * Conversions keep shape, values and dtype; a dtype that the library lacks is widened only where that is exact.
 */
export interface MemoryType<M extends MemoryTypeName = MemoryTypeName> {
  readonly kind: "memory-type";
  readonly name: M;
  readonly processor: "cpu" | "gpu";
  readonly dtypes: readonly DType[];
  /** How many times slower its functions are than they declare, as where their library runs on the CPU instead of a GPU. Default 1. */
  readonly slowness?: number;
  /** Bytes that a value of a dtype takes in its memory, where that is more or less than on the host. Default: as on the host. */
  bytesPerValue?(dtype: DType): number;
  /** The devices its arrays live on, for a GPU type. */
  readonly devices?: DeviceProvider;
  /** Whether a value is one of this library's arrays. Does not load the library. */
  is(value: unknown): value is ArrayOf<M>;
  describe(array: ArrayOf<M>): ArrayInfo;
  /** The memory under the array: two arrays that share bytes answer the same object. */
  storageOf(array: ArrayOf<M>): object;
  /** Shares memory with the array where its layout allows. */
  toHost(array: ArrayOf<M>, options?: ConvertOptions): Awaitable<HostArray>;
  /** Shares memory with the host array where the library allows. */
  fromHost(array: HostArray, options?: ConvertOptions): Awaitable<ArrayOf<M>>;
  /** What `toHost` ("to") or `fromHost` ("from") does with the bytes. Default: a copy on a CPU type, a transfer on a GPU type. */
  hostCost?(array: ArrayInfo, direction: "to" | "from"): ConversionKind;
  /** One [Z, Y, X] array of [Y, X] slices of equal shape and dtype. */
  stack?(slices: readonly ArrayOf<M>[], options?: ConvertOptions): Awaitable<ArrayOf<M>>;
  /** The [Y, X] slices of a [Z, Y, X] array; views where the library has them. */
  unstack?(stack: ArrayOf<M>): readonly ArrayOf<M>[];
  /** The array brought to a dtype by a policy, as `applyDTypePolicy` does it on the host; the same array where nothing is to do. */
  cast?(array: ArrayOf<M>, dtype: DType, policy: DTypePolicy): Awaitable<ArrayOf<M>>;
  /** The array on another device. */
  moveTo?(array: ArrayOf<M>, device: DeviceId): Awaitable<ArrayOf<M>>;
  /** Frees or recycles the memory under the array. The engine calls it once a storage, after its last reader. */
  dispose?(array: ArrayOf<M>): void;
}
