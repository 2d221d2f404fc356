import type { Conversions, StepSettings } from "../config/settings.ts";
import type { Component } from "../plate/image-key.ts";
import type { WellFilter } from "../plate/well-filter.ts";
import type { CheckPattern, GivesOf, IsByComponent, NeedsOf, Pattern } from "./pattern.ts";
import type { Task } from "./task.ts";
import type { Problem } from "./type-tools.ts";

/** How the images of a step are grouped, read and converted. */
export interface StepOptions<
  V extends readonly Component[] = readonly Component[],
  G extends Component = Component,
  C extends Conversions = Conversions,
> extends StepSettings {
  /** The components that make up a stack. Default `["z"]`. */
  readonly variableComponents?: V;
  /**
   * The component whose value chooses among the functions of a by-component pattern, or several: the first for the outer
   * one, the next for those inside it. Never one of `variableComponents`. A channel may be given by its number or by the
   * name that it bears on the plate.
   */
  readonly groupBy?: G | readonly G[];
  /** `"auto"` plans a conversion where the memory types of a chain disagree. Default `"none"`: they must agree. */
  readonly conversions?: C;
  /** What the step reads: what the step before it gave (default), the plate's original images, or what the step of this name gave. */
  readonly inputSource?: "previous" | "plate" | (string & {});
  /**
   * The wells that the step runs in, of those that the run takes; default all. In the others it is as if the step were
   * switched off: what would read it reads what it would have read.
   */
  readonly wells?: WellFilter | readonly WellFilter[];
  /** Whether the step's images are also written to the results, not only those of the last step. */
  readonly checkpoint?: boolean;
  /** `false` leaves the step out of the plan. */
  readonly enabled?: boolean;
}

/** The components that choose among a step's functions, outermost first. */
export function groupedBy({ groupBy }: StepOptions): readonly Component[] {
  return groupBy === undefined ? [] : [groupBy].flat();
}

/** What types know of a step. */
export interface StepSignature {
  readonly name: string;
  readonly needs: object;
  readonly gives: object;
}

/** One step of a pipeline: plain frozen data. */
export interface Step<S extends StepSignature = StepSignature> {
  readonly kind: "step";
  readonly name: S["name"];
  readonly run: Pattern | Task;
  readonly options: StepOptions;
  /** Types only: never there at run time. */
  readonly "~signature"?: S;
}

/**
 * Declares a step: a name, what it runs, and how the images are grouped.
 *
 * @example
 * step("background", [use(tophat, { radius: 25 }), sharpen])
 * step("measure", { 1: countNuclei, 2: traceAxons }, { groupBy: "channel" })
 * step("measure", { DAPI: countNuclei }, { groupBy: "channel" })
 * step("smooth", [normalise, { 1: gaussian, 2: [tophat, median] }, rescale], { groupBy: "channel" })
 */
export function step<
  const Name extends string,
  const P,
  const V extends readonly Component[] = readonly ["z"],
  G extends Exclude<Component, V[number]> = never,
  C extends Conversions = "none",
>(
  name: Name,
  run: Grouped<P, G> extends true
    ? CheckPattern<P, C>
    : Problem<"A pattern by component needs the option groupBy: step(name, { … }, { groupBy: 'channel' })">,
  options?: StepOptions<V, G, C>,
): Step<{ name: Name; needs: NeedsOf<P>; gives: GivesOf<P> }> {
  return Object.freeze({
    kind: "step",
    name,
    run: run as Pattern,
    options: Object.freeze({ ...options }) as StepOptions,
  });
}

/** Whether the step knows how to choose among the functions of its pattern. */
type Grouped<P, G> = IsByComponent<P> extends true ? ([G] extends [never] ? false : true) : true;

/** What a task step reads, and where it runs. */
export interface TaskStepOptions extends Pick<StepOptions, "inputSource" | "wells" | "enabled"> {}

/**
 * Declares a step that works on stored files instead of arrays in memory, once for each well, after the images it reads
 * are written: those of the step that it reads are kept for it. Images pass by it: the step after it reads what it would
 * read without it.
 *
 * @example
 * taskStep("overview", montage, { params: { scale: 4 }, inputSource: "project" })
 */
export function taskStep<const Name extends string, P>(
  name: Name,
  task: Task<P>,
  ...[options]: undefined extends P
    ? [options?: TaskStepOptions & { readonly params?: P }]
    : [options: TaskStepOptions & { readonly params: P }]
): Step<{ name: Name; needs: {}; gives: {} }> {
  return Object.freeze({
    kind: "step",
    name,
    run: task as Task,
    options: Object.freeze({ ...options }) as StepOptions,
  });
}
