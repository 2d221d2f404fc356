import { type Contract, contractOf, type Declared } from "../../pipeline/contract.ts";
import type { Pipeline } from "../../pipeline/define-pipeline.ts";
import { familyKey, siblingsOf } from "../../pipeline/family.ts";
import { isLazy, type Lazy, lazyValuesIn } from "../../pipeline/lazy.ts";
import type { Step } from "../../pipeline/step.ts";
import { isTask, type Task } from "../../pipeline/task.ts";
import { functionKey, functionText, identityOf } from "../plan/identity.ts";
import { lazyId } from "./lazy-references.ts";
import { type ChainLink, isFamily, resolvePattern } from "./resolve-chains.ts";

/** What a plan names and does not hold. */
export interface PlanCode {
  /** By `functionKey`. */
  readonly functions: ReadonlyMap<string, Declared>;
  /** By their identity in plans. */
  readonly lazyValues: ReadonlyMap<string, Lazy>;
  /** By the text of their identity. */
  readonly tasks: ReadonlyMap<string, Task>;
}

/** Where the code of a plan that was compiled elsewhere is found. */
export interface FunctionSources {
  /** The pipeline that it was compiled from. */
  readonly pipeline?: Pipeline | undefined;
  /** Functions and families, such as the exports of a package; other values are left aside. */
  readonly functions?: Iterable<unknown> | undefined;
}

/** All code of some sources, all variants of families and those that may stand in for them; the pipeline's is preferred. */
export function codeFrom({ pipeline, functions = [] }: FunctionSources): PlanCode {
  const steps = pipeline?.steps ?? [];
  const exported = [...functions];
  const own = steps.flatMap((step) => linksOf(step).flatMap((link) => [...link.variants.values()]));
  return {
    functions: new Map([
      ...functionsAmong(exported),
      ...functionsAmong(own.flatMap(({ fn }) => siblingsOf(fn))),
      ...functionsAmong(own.map(({ fn }) => fn)),
    ]),
    lazyValues: new Map([
      ...exported.filter(isLazy).map((value) => [lazyId(value), value] as const),
      ...steps.flatMap(lazyValuesOf),
    ]),
    tasks: new Map(
      [...exported, ...steps.map(({ run }) => run)]
        .filter(isTask)
        .map((task) => [functionText(identityOf(task)), task]),
    ),
  };
}

/** The functions among any values, and the variants of families, by `functionKey`. */
function functionsAmong(values: readonly unknown[]): readonly (readonly [string, Declared])[] {
  return values
    .flatMap((value) => (isFamily(value) ? Object.values(value[familyKey].variants) : [value]))
    .flatMap((fn) => {
      const contract = contractOf(fn);
      return contract ? [[keyOf(contract), fn as Declared] as const] : [];
    });
}

/** The `functionKey` of a function with this contract. */
export function keyOf(contract: Contract): string {
  return functionKey({ function: identityOf(contract), input: contract.input });
}

/** The lazy values of a step, each with its identity. */
export function lazyValuesOf(step: Step): readonly (readonly [id: string, value: Lazy])[] {
  const found = new Set(linksOf(step).flatMap(({ given }) => lazyValuesIn(given)));
  return [...found].map((value) => [lazyId(value), value]);
}

/** The contracts of all functions of a pipeline; a family's variants each have their own. */
export function contractsOf({ steps }: Pipeline): readonly Contract[] {
  return steps.flatMap((step) =>
    linksOf(step).flatMap(({ variants }) => [...variants.values()].map(({ contract }) => contract)),
  );
}

/** The memory types that the functions of a pipeline take and give, those of all variants of its families. */
export function memoryTypesOf(pipeline: Pipeline): ReadonlySet<string> {
  return new Set(contractsOf(pipeline).flatMap(({ input, output }) => [input, output]));
}

function linksOf(step: Step): readonly ChainLink[] {
  return [...resolvePattern(step).chains.values()].flat().filter((link) => link !== undefined);
}
