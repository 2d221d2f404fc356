import type { DType } from "../memory/dtype.ts";
import type { ArrayInfo, ArrayOf, Awaitable, MemoryTypeName } from "../memory/memory-type.ts";
import type { Roi } from "../plate/roi.ts";
import type { Metadata, MetadataKey } from "./metadata.ts";
import type { ParamsReceived, ParamsSpec } from "./params.ts";
import type { Show } from "./type-tools.ts";

/** Where a function carries its contract. Registered by name, so that two copies of core find the same one. */
export const contractKey: unique symbol = Symbol.for("@platewright/core/contract@1") as never;

/** What the author of a function declares. */
export interface ContractSpec<
  Name extends string = string,
  P extends ParamsSpec = ParamsSpec,
  In extends readonly string[] = readonly string[],
  Out extends readonly string[] = readonly string[],
  U extends Unit = Unit,
  Kept extends Materials = Materials,
> {
  /** The function's name in plans and messages. */
  readonly name: Name;
  /** The package that publishes the function; with the name and version it identifies the function in a plan. */
  readonly package?: string;
  /** Changes when the same parameters give other pixels. */
  readonly version?: string;
  /** The parameters: their types, defaults and ranges. */
  readonly params?: P;
  /** Whether the function is called once for the whole stack (default) or once for each slice. */
  readonly unit?: U;
  /**
   * How many slices come back for how many that go in. Default `"same"`. A rule that throws a "parameter" error refuses
   * parameters that do not fit the slices, before a pixel is read.
   */
  readonly slices?: "same" | "one" | number | ((slices: number, params: ParamsReceived<P>) => number);
  /** How many pixels around a pixel its result depends on; lets the stack be cut into tiles. */
  readonly halo?: number | ((params: ParamsReceived<P>) => number);
  /** Whether each slice of the result depends on the same slice of the stack alone. Default: as for `unit: "slice"`. */
  readonly slicewise?: boolean;
  /** Predicted nanoseconds for each pixel of the stack; decides between the variants of a family. Default: by processor. */
  readonly cost?: number | ((params: ParamsReceived<P>) => number);
  /**
   * Bytes that a call works in, beside the stack that it takes and the one it gives: a number for each pixel that it takes,
   * or found from the stack's shape [slices, Y, X] and dtype. Predictions and the memory limit count them. Default 0.
   */
  readonly workspace?:
    | number
    | ((stack: Pick<ArrayInfo, "shape" | "dtype">, params: ParamsReceived<P>) => number);
  /**
   * The dtype it gives. `"same"` (default): the input's, to which the step's dtype policy brings whatever comes back.
   * A dtype: the function's own, such as `"int32"` for labels, which the policy leaves alone.
   */
  readonly dtype?: "same" | DType;
  /** What its images show: `"labels"`, numbers of objects with 0 for the background. Default: intensities. */
  readonly image?: "labels";
  /**
   * What the function needs besides pixels and parameters: outputs of earlier steps, or plate metadata.
   * Metadata whose name ends in `?` is `undefined` where the plate does not know it.
   */
  readonly specialInputs?: In & readonly SpecialKey[];
  /** What it returns beside the stack, as `[stack, { key: value }]`. */
  readonly specialOutputs?: Out;
  /**
   * How special outputs are kept with the results: rows of all wells as one table (`"csv"`) or document (`"json"`); an
   * array, or a list of regions, in one file for each group: `"tiff"`, `"roi"` (a zip for ImageJ's ROI manager). What is
   * not named stays in the run.
   */
  readonly materialize?: Kept & { readonly [K in Out[number]]?: ArtifactFormat };
  /** Whether the engine may call it again, on parts of the stack where it is `slicewise` or has a `halo`, after memory ran out. Default `true`. */
  readonly oomRecovery?: boolean;
  /** Whether the next step reads the plate's original images. */
  readonly chainBreaker?: boolean;
  /** Whether it gives back the very stack that it takes, as one that only measures does: then no memory for another is predicted. */
  readonly handsOn?: boolean;
}

/** How a special output is kept. */
export type ArtifactFormat = "csv" | "json" | "tiff" | "roi";

/** Formats by special output. */
export interface Materials {
  readonly [key: string]: ArtifactFormat | undefined;
}

/** What one call sees. */
export type Unit = "stack" | "slice";

/** Any name; the editor proposes the metadata there is. */
export type SpecialKey = MetadataKey | `${MetadataKey}?` | (string & {});

/** The name of a special input without the mark of an optional one. */
export type BareKey<K> = K extends `${infer Name}?` ? Name : K;

/** What types know of a declared function. */
export interface Signature {
  readonly name: string;
  readonly input: MemoryTypeName;
  readonly output: MemoryTypeName;
  /** What `use` takes. */
  readonly params: object;
  /** Special inputs, by key. */
  readonly needs: object;
  /** Special outputs, by key. */
  readonly gives: object;
}

/** The rules of any contract, its parameters unknown. */
export interface ErasedSpec
  extends Omit<ContractSpec, "slices" | "halo" | "cost" | "workspace" | "materialize"> {
  readonly materialize?: Materials;
  readonly slices?: "same" | "one" | number | ((slices: number, params: never) => number);
  readonly halo?: number | ((params: never) => number);
  readonly cost?: number | ((params: never) => number);
  readonly workspace?: number | ((stack: never, params: never) => number);
}

/** The contract on a declared function: complete, frozen, readable at run time. */
export interface Contract<S extends Signature = Signature> {
  readonly name: S["name"];
  readonly package: string | undefined;
  readonly version: string;
  readonly input: S["input"];
  readonly output: S["output"];
  readonly params: ParamsSpec | undefined;
  readonly unit: Unit;
  readonly slices: "same" | "one" | number | ((slices: number, params: never) => number);
  readonly halo: number | ((params: never) => number) | undefined;
  readonly slicewise: boolean;
  readonly cost: number | ((params: never) => number) | undefined;
  readonly workspace: number | ((stack: never, params: never) => number);
  readonly dtype: "same" | DType;
  readonly image: "labels" | undefined;
  /** Names without their `?`. */
  readonly specialInputs: readonly string[];
  /** Those of `specialInputs` that may be absent. */
  readonly optionalInputs: readonly string[];
  readonly specialOutputs: readonly string[];
  readonly materialize: Materials;
  readonly oomRecovery: boolean;
  readonly chainBreaker: boolean;
  readonly handsOn: boolean;
  /** Types only: never there at run time. */
  readonly "~signature"?: S;
}

/** A function that carries a contract. */
export interface Declared<S extends Signature = Signature> {
  readonly [contractKey]: Contract<S>;
}

/** The signature of a declared function. */
export type SignatureOf<F> = F extends {
  readonly [contractKey]: { readonly "~signature"?: infer S extends Signature };
}
  ? S
  : never;

/** The contract of a declared function; `undefined` for anything else. */
export function contractOf<S extends Signature>(fn: Declared<S>): Contract<S>;
export function contractOf(value: unknown): Contract | undefined;
export function contractOf(value: unknown): Contract | undefined {
  return typeof value === "function" ? (value as Partial<Declared>)[contractKey] : undefined;
}

/** Types a contract that several functions share, such as the `ndarray` and the `webgpu` variant of one filter. */
export function defineContract<
  const Name extends string,
  const P extends ParamsSpec = {},
  const In extends readonly string[] = readonly [],
  const Out extends readonly string[] = readonly [],
  U extends Unit = "stack",
  const Kept extends Materials = {},
>(contract: ContractSpec<Name, P, In, Out, U, Kept>): ContractSpec<Name, P, In, Out, U, Kept> {
  return contract;
}

/** The function an author writes under a contract. Parameters compare both ways, so that an annotation may be narrower. */
export type StackFunction<
  I extends MemoryTypeName,
  O extends MemoryTypeName,
  P extends ParamsSpec,
  In extends readonly string[],
  Out extends readonly string[],
  Kept = {},
> = {
  method(
    stack: ArrayOf<I>,
    params: Show<ParamsReceived<P> & SpecialValues<In>>,
    context: CallContext,
  ): Awaitable<Returned<O, Out, Kept>>;
}["method"];

/** What every call is told besides its parameters. */
export interface CallContext {
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
}

type SpecialValues<In extends readonly string[]> = {
  readonly [K in In[number] as BareKey<K> & string]: K extends MetadataKey
    ? Metadata[K]
    : BareKey<K> extends MetadataKey
      ? Metadata[BareKey<K> & MetadataKey] | undefined
      : unknown;
};

type Returned<O extends MemoryTypeName, Out extends readonly string[], Kept> = Out extends readonly []
  ? ArrayOf<O>
  : readonly [
      stack: ArrayOf<O>,
      outputs: { readonly [K in Out[number]]: unknown } & {
        readonly [K in keyof Kept & Out[number]]: Keepable[Kept[K] & keyof Keepable];
      },
    ];

/** What a format keeps. */
interface Keepable {
  readonly csv: unknown;
  readonly json: unknown;
  readonly tiff: ArrayOf<MemoryTypeName>;
  readonly roi: readonly Roi[];
}
