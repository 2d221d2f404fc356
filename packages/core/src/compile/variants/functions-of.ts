import { type Contract, contractOf, type Declared } from "../../pipeline/contract.ts";
import type { Pipeline } from "../../pipeline/define-pipeline.ts";
import { familyKey, siblingsOf } from "../../pipeline/family.ts";
import { type FunctionId, functionKey } from "../plan/plan.ts";
import { isFamily, resolvePattern } from "../steps/resolve-chains.ts";

/** Every function of a pipeline, all variants of its families and those that may stand in for them, by `functionKey`: what a plan made elsewhere needs to run here. */
function functionsOf(pipeline: Pipeline): ReadonlyMap<string, Declared> {
  const functions = new Map<string, Declared>();
  const standIns = new Map<string, Declared>();
  for (const step of pipeline.steps) {
    for (const link of [...resolvePattern(step).chains.values()].flat()) {
      for (const { fn, contract } of link?.variants.values() ?? []) {
        functions.set(functionKey({ function: functionId(contract), input: contract.input }), fn);
        for (const [key, sibling] of functionsAmong(siblingsOf(fn))) standIns.set(key, sibling);
      }
    }
  }
  return new Map([...standIns, ...functions]);
}

/** The contracts of all functions of a pipeline; a family's variants each have their own. */
export function contractsOf(pipeline: Pipeline): readonly Contract[] {
  return pipeline.steps.flatMap((step) =>
    [...resolvePattern(step).chains.values()]
      .flat()
      .flatMap((link) => [...(link?.variants.values() ?? [])].map(({ contract }) => contract)),
  );
}

/** The memory types that the functions of a pipeline take and give, those of all variants of its families. */
export function memoryTypesOf(pipeline: Pipeline): ReadonlySet<string> {
  return new Set(contractsOf(pipeline).flatMap(({ input, output }) => [input, output]));
}

/** The functions among any values, such as the exports of a package, and the variants of families, by `functionKey`. */
function functionsAmong(values: Iterable<unknown>): ReadonlyMap<string, Declared> {
  const functions = new Map<string, Declared>();
  for (const value of values) {
    const variants = isFamily(value) ? Object.values(value[familyKey].variants) : [value];
    for (const fn of variants) {
      const contract = contractOf(fn);
      if (contract)
        functions.set(functionKey({ function: functionId(contract), input: contract.input }), fn as Declared);
    }
  }
  return functions;
}

/** Where the functions of a plan that was compiled elsewhere are found. */
export interface FunctionSources {
  /** The pipeline that it was compiled from. */
  readonly pipeline?: Pipeline | undefined;
  /** Functions and families, such as the exports of a package; other values are left aside. */
  readonly functions?: Iterable<unknown> | undefined;
}

/** All functions of some sources by `functionKey`; the pipeline's are preferred. */
export function functionsFrom({ pipeline, functions = [] }: FunctionSources): ReadonlyMap<string, Declared> {
  return new Map([...functionsAmong(functions), ...(pipeline ? functionsOf(pipeline) : [])]);
}

/** A function's identity in plans. */
export function functionId({ name, version, package: from }: Contract): FunctionId {
  return { name, version, ...(from === undefined ? {} : { package: from }) };
}
