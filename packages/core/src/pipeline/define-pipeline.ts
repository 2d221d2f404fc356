import { checkSettings, type PipelineSettings } from "../config/settings.ts";
import type { Metadata } from "./metadata.ts";
import type { Step, StepSignature } from "./step.ts";
import type { Problem } from "./type-tools.ts";

/** A pipeline: a name and its steps, as plain frozen data. */
export interface Pipeline<Steps extends readonly Step[] = readonly Step[]> {
  readonly kind: "pipeline";
  readonly name: string;
  readonly steps: Steps;
  /** Settings of this pipeline; what is left out is inherited. */
  readonly settings: PipelineSettings;
}

/** Declares a pipeline. Each step's special inputs must come from a step before it or from the plate's metadata. */
export function definePipeline<const Steps extends readonly Step[]>(definition: {
  readonly name: string;
  readonly steps: CheckSteps<Steps>;
  readonly settings?: PipelineSettings;
}): Pipeline<Steps> {
  return Object.freeze({
    kind: "pipeline",
    name: definition.name,
    steps: Object.freeze([...definition.steps]) as never,
    settings: checkSettings(definition.settings ?? {}, "pipeline", `The pipeline "${definition.name}"`),
  });
}

/** The steps themselves, or in the place of a step that lacks an input, a sentence that says so. */
export type CheckSteps<
  Steps extends readonly unknown[],
  Known = Metadata,
  Done extends readonly unknown[] = readonly [],
> = Steps extends readonly [Step<infer S>, ...infer Rest]
  ? CheckSteps<Rest, Known & S["gives"], readonly [...Done, CheckStep<Steps[0], S, Known>]>
  : readonly [...Done, ...Steps];

type CheckStep<St, S extends StepSignature, Known> = Known extends S["needs"]
  ? [keyof S["gives"] & keyof Known] extends [never]
    ? St
    : Problem<`Step '${S["name"]}' gives '${keyof S["gives"] & keyof Known & string}', which is there already: an earlier step or the plate's metadata gives it.`>
  : [Lacking<S["needs"], Known>] extends [never]
    ? Mistyped<S["name"], S["needs"], Known, keyof S["needs"] & keyof Known>
    : Problem<`Step '${S["name"]}' needs '${Lacking<S["needs"], Known>}', which no step before it gives. Put a step before it whose function has specialOutputs: ['${Lacking<S["needs"], Known>}'].`>;

type Lacking<Needs, Known> = Exclude<keyof Needs, keyof Known> & string;

type Mistyped<Name extends string, Needs, Known, K extends keyof Needs & keyof Known> = K extends unknown
  ? Known[K] extends Needs[K]
    ? never
    : Problem<`Step '${Name}' takes '${K & string}' as another type than the step before it gives.`> & {
        given: Known[K];
        taken: Needs[K];
      }
  : never;
