import { PlatewrightError } from "../errors.ts";
import type { MemoryTypeName } from "../memory/memory-type.ts";
import type {
  BareKey,
  Contract,
  ContractSpec,
  Declared,
  ErasedSpec,
  Materials,
  StackFunction,
  Unit,
} from "./contract.ts";
import { contractKey } from "./contract.ts";
import type { MetadataKey } from "./metadata.ts";
import type { ParamsGiven, ParamsReceived, ParamsSpec } from "./params.ts";
import type { At, Problem, Show } from "./type-tools.ts";

/** Declares functions of one memory type: returns the very function it was given, with a contract on it. */
export type Declarer<M extends MemoryTypeName> = <
  const Name extends string,
  F extends StackFunction<M, M, P, In, Out, Kept>,
  const P extends ParamsSpec = {},
  const In extends readonly string[] = readonly [],
  const Out extends readonly string[] = readonly [],
  U extends Unit = "stack",
  const Kept extends Materials = {},
>(
  contract: ContractSpec<Name, P, In, Out, U, Kept>,
  fn: F & Checked<F, P, In, Out, Kept>,
) => F &
  Declared<{
    name: Name;
    input: M;
    output: M;
    params: UserParams<F, P, In[number]>;
    needs: Needs<F, In[number]>;
    gives: Gives<F, U>;
  }>;

/** Makes the declarer of a memory type; a backend package exports one, named as the memory type. */
export function createDeclarer<M extends MemoryTypeName>(memoryType: M): Declarer<M> {
  return (contract, fn) => attach(fn, memoryType, memoryType, contract);
}

/** Declares a function that takes one memory type and gives another. */
export function memoryTypes<
  I extends MemoryTypeName,
  O extends MemoryTypeName,
  const Name extends string,
  F extends StackFunction<I, O, P, In, Out, Kept>,
  const P extends ParamsSpec = {},
  const In extends readonly string[] = readonly [],
  const Out extends readonly string[] = readonly [],
  U extends Unit = "stack",
  const Kept extends Materials = {},
>(
  contract: ContractSpec<Name, P, In, Out, U, Kept> & { readonly input: I; readonly output: O },
  fn: F & Checked<F, P, In, Out, Kept>,
): F &
  Declared<{
    name: Name;
    input: I;
    output: O;
    params: UserParams<F, P, In[number]>;
    needs: Needs<F, In[number]>;
    gives: Gives<F, U>;
  }> {
  return attach(fn, contract.input, contract.output, contract);
}

function attach<F, Result>(fn: F, input: MemoryTypeName, output: MemoryTypeName, spec: ErasedSpec): Result {
  if (typeof fn !== "function") {
    throw new PlatewrightError(
      "declaration",
      `The contract "${spec.name}" needs a function, not ${typeof fn}.`,
    );
  }
  if (Object.hasOwn(fn, contractKey)) {
    const { name } = (fn as unknown as Declared)[contractKey];
    throw new PlatewrightError(
      "declaration",
      `"${name}" is declared already. Declare a new function that calls it.`,
    );
  }
  const inputs = spec.specialInputs ?? [];
  const contract: Contract = Object.freeze({
    name: spec.name,
    package: spec.package,
    version: spec.version ?? "1",
    input,
    output,
    params: spec.params,
    unit: spec.unit ?? "stack",
    slices: spec.slices ?? "same",
    halo: spec.halo,
    slicewise: spec.slicewise ?? spec.unit === "slice",
    cost: spec.cost,
    workspace: spec.workspace ?? 0,
    dtype: spec.dtype ?? "same",
    image: spec.image,
    specialInputs: Object.freeze(inputs.map((key) => key.replace(/\?$/, ""))),
    optionalInputs: Object.freeze(inputs.filter((key) => key.endsWith("?")).map((key) => key.slice(0, -1))),
    specialOutputs: Object.freeze([...(spec.specialOutputs ?? [])]),
    materialize: Object.freeze({ ...spec.materialize }),
    oomRecovery: spec.oomRecovery ?? true,
    chainBreaker: spec.chainBreaker ?? false,
    handsOn: spec.handsOn ?? false,
  } as Contract);
  return Object.defineProperty(fn, contractKey, { value: contract }) as Result;
}

/** Described parameters, else those the function is annotated with; metadata may be given, the rest of `In` may not. */
type UserParams<F, P extends ParamsSpec, In extends string> = Show<
  (keyof P extends never ? Omit<Annotated<F>, BareKey<In> & string> : ParamsGiven<P>) & {
    readonly [K in BareKey<In> & MetadataKey]?: Exclude<At<Annotated<F>, K>, undefined>;
  }
>;

type Needs<F, In extends string> = Show<{
  readonly [K in In as K extends `${string}?` ? never : K]: At<Annotated<F>, K>;
}>;

type Gives<F, U extends Unit> = Show<
  U extends "slice" ? { readonly [K in keyof OutputsOf<F>]: readonly OutputsOf<F>[K][] } : OutputsOf<F>
>;

/** The second argument of the function. */
type Annotated<F> = F extends (stack: never, ...rest: infer R) => unknown
  ? R extends []
    ? {}
    : NonNullable<R[0]>
  : {};

/** What the function returns beside the stack. */
type OutputsOf<F> = F extends (...args: never) => infer R
  ? Awaited<R> extends readonly [unknown, infer Outputs extends object]
    ? Outputs
    : {}
  : {};

/** `unknown` where the function keeps to its contract, else a sentence. */
type Checked<F, P extends ParamsSpec, In extends readonly string[], Out extends readonly string[], Kept> = [
  UndeclaredOutputs<F, Out[number]>,
] extends [never]
  ? [UndescribedParams<F, P, In[number]>] extends [never]
    ? [Exclude<keyof Kept, Out[number]>] extends [never]
      ? unknown
      : Problem<`materialize names '${Exclude<keyof Kept, Out[number]> & string}', which specialOutputs does not name`>
    : Problem<`The function takes '${UndescribedParams<F, P, In[number]>}', which neither params nor specialInputs names`>
  : Problem<`The function returns '${UndeclaredOutputs<F, Out[number]>}', which specialOutputs does not name`>;

type UndeclaredOutputs<F, Out> = Exclude<keyof OutputsOf<F>, Out> & string;

type UndescribedParams<F, P extends ParamsSpec, In> = keyof P extends never
  ? never
  : Exclude<keyof Annotated<F>, keyof ParamsReceived<P> | BareKey<In>> & string;
