import { PlatewrightError } from "../errors.ts";
import type { MemoryTypeName } from "../memory/memory-type.ts";
import type { Contract, Declared, Signature, SignatureOf } from "./contract.ts";
import { contractOf } from "./contract.ts";
import type { Problem } from "./type-tools.ts";

/** Where a family keeps its name and variants. */
export const familyKey: unique symbol = Symbol.for("@platewright/core/family@1") as never;

/** Where a variant keeps the family it was first joined to. */
const siblingsKey: unique symbol = Symbol.for("@platewright/core/siblings@1") as never;

/** The variants of the family that a function belongs to, itself among them; none where it belongs to none. */
export function siblingsOf(fn: Declared): readonly Declared[] {
  return Object.values((fn as { readonly [siblingsKey]?: Variants })[siblingsKey] ?? {});
}

/** One function in several memory types. The compiler chooses; `gaussian.webgpu` pins one. */
export type Family<V extends Variants = Variants> = V & {
  readonly [familyKey]: { readonly name: string; readonly variants: V };
};

/** Declared functions by the memory type they take. */
export type Variants = { readonly [M in MemoryTypeName]?: Declared };

/**
 * Joins the variants of one function; all of them take the same parameters and special inputs, see the same unit, and give
 * the same slices, dtype and special outputs. Throws "declaration" where they do not.
 */
export function family<const V extends Variants>(
  name: string,
  variants: [V] extends [CheckVariants<V>] ? V : CheckVariants<V>,
): Family<V> {
  for (const [memoryType, fn] of Object.entries(variants)) {
    const contract = contractOf(fn);
    if (contract?.input !== memoryType) {
      throw new PlatewrightError(
        "declaration",
        `The ${memoryType} variant of "${name}" takes ${contract?.input ?? "no memory type: it is not declared"}.`,
      );
    }
  }
  checkSiblings(
    name,
    Object.values(variants).flatMap((fn) => contractOf(fn) ?? []),
  );
  const own = Object.freeze({ ...(variants as V) });
  for (const fn of Object.values(own) as Declared[]) {
    if (!Object.hasOwn(fn, siblingsKey)) Object.defineProperty(fn, siblingsKey, { value: own });
  }
  return Object.freeze({ ...own, [familyKey]: Object.freeze({ name, variants: own }) });
}

/** What the compiler reads of any variant must hold for all. Rules that are functions are taken to agree. */
function checkSiblings(name: string, contracts: readonly Contract[]): void {
  const [first, ...others] = contracts;
  for (const other of others) {
    for (const field of sharedFields) {
      const [a, b] = [shownRule(first?.[field]), shownRule(other[field])];
      if (a === b) continue;
      throw new PlatewrightError(
        "declaration",
        `The variants of "${name}" differ in ${field}: ${first?.input} has ${a}, ${other.input} has ${b}. Let them share one contract, made with defineContract.`,
        { field },
      );
    }
  }
}

const sharedFields = [
  "unit",
  "slices",
  "dtype",
  "image",
  "specialInputs",
  "optionalInputs",
  "specialOutputs",
  "chainBreaker",
] as const satisfies readonly (keyof Contract)[];

function shownRule(value: unknown): string {
  if (typeof value === "function") return "a rule";
  return Array.isArray(value) ? JSON.stringify([...value].sort()) : JSON.stringify(value);
}

type CheckVariants<V> = {
  readonly [M in keyof V]: SignatureOf<V[M]> extends infer S extends Signature
    ? S["input"] extends M
      ? ParamsOfAll<V> extends S["params"]
        ? V[M]
        : Problem<`'${S["name"]}' takes other parameters than its siblings; variants of a family take the same ones`>
      : Problem<`'${S["name"]}' takes ${S["input"]}, so it cannot be the ${M & string} variant`>
    : never;
};

type ParamsOfAll<V> = SignatureOf<V[keyof V]>["params"];
