import type { Hop } from "../../memory/conversion.ts";
import type { DType } from "../../memory/dtype.ts";
import type { DTypePolicy } from "../../memory/dtype-policy.ts";
import type { DeviceId, MemoryTypeName } from "../../memory/memory-type.ts";
import type { ArtifactFormat, Unit as CallUnit } from "../../pipeline/contract.ts";
import type { Component, ImageKey } from "../../plate/image-key.ts";
import type { ImageSet } from "../../plate/image-set.ts";
import type { PixelSize } from "../../plate/plate-layout.ts";
import type { PlateDeclaration } from "../../plate/plate-store.ts";
import type { WellFilter } from "../../plate/well-filter.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { FunctionId } from "./identity.ts";

/** Changes whenever an older engine could not run a plan. */
export const planVersion = 1;

/**
 * What a run will do, as plain frozen data. Steps are listed once; wells with the same images share a template,
 * so that a plan stays small however large the plate is.
 */
export interface Plan {
  readonly kind: "plan";
  readonly version: typeof planVersion;
  /** Of everything that decides the results: steps, parameters, function versions, images. */
  readonly hash: string;
  readonly pipeline: string;
  readonly plate: PlannedPlate;
  readonly settings: {
    readonly missing: "error" | "skip";
    readonly compression: string;
    readonly storage: string;
    readonly workers: number;
  };
  readonly output?: { readonly storage: string; readonly location: string };
  readonly steps: readonly StepPlan[];
  /** The plate into which the images are converted before the steps read them; none where they are read as they are. */
  readonly input?: PlannedInput;
  /** Plates that the results are written into, where the storage keeps plates; declared once, before the first well. */
  readonly stores: readonly PlannedStore[];
  readonly templates: readonly WellTemplate[];
  readonly wells: { readonly [well: string]: PlannedWell };
  /** The devices that wells are given. */
  readonly devices: readonly PlannedDevice[];
  /** Where the compiler had a choice between variants, and what it weighed. */
  readonly choices: readonly PlannedChoice[];
  /** What phases of plugins have added, by the phase's name. */
  readonly extensions: { readonly [phase: string]: unknown };
  readonly predicted: Prediction;
  /** What does not stop the plan, but a person should know. */
  readonly warnings: readonly Diagnostic[];
}

/** The plate a plan was compiled for. */
export interface PlannedPlate {
  readonly location: string;
  readonly storage: string;
  readonly layout: string;
  readonly name: string;
  /** Of the images' keys and paths, shape and dtype; a run refuses a plate whose hash differs. */
  readonly hash: string;
  readonly shape?: readonly [height: number, width: number];
  readonly dtype?: DType;
  readonly pixelSize?: PixelSize;
  readonly channelNames?: { readonly [channel: string]: string };
}

/** A plate in a store of arrays: the images of one step, and labels beside them. */
export interface PlannedStore {
  /** Index of the step whose settings say how it is kept. */
  readonly step: number;
  /** `"input"`: it holds the images that the step reads, because the step itself gives their labels. Default: those that it gives. */
  readonly holds?: "input";
  /** In the results' folder. */
  readonly folder: string;
  readonly declaration: PlateDeclaration;
  readonly labels?: readonly PlannedLabels[];
}

/** A step whose images are kept as labels of the images that they belong to. */
export interface PlannedLabels {
  /** Index of the step. */
  readonly step: number;
  readonly name: string;
  /** Whether each channel has labels of its own; its value follows the name then. */
  readonly byChannel: boolean;
}

/** A plate in a store of arrays, in the results' folder, for the images of the plate that the plan is for. */
export interface PlannedInput {
  /** Name of the storage. */
  readonly storage: string;
  readonly folder: string;
  readonly declaration: PlateDeclaration;
}

/** What one well adds to its template. */
export interface PlannedWell {
  /** Index into `templates`. */
  readonly template: number;
  /** Images without which the well fails, under `missing: "error"`. */
  readonly missing?: readonly ImageKey[];
  /** The device for each GPU memory type. */
  readonly devices?: { readonly [memoryType: string]: DeviceId };
}

/** A device as it was when the plan was compiled. */
export interface PlannedDevice {
  readonly id: DeviceId;
  readonly name: string;
  readonly processor: "hardware" | "software";
  readonly budgetBytes: number;
}

/** A call that several variants could serve. */
export interface PlannedChoice {
  readonly step: number;
  /** The value of `groupBy`, or `"*"`. */
  readonly chain: string;
  /** Index of the call in its chain. */
  readonly call: number;
  readonly chosen: MemoryTypeName;
  /** What taking another would add for one well, in predicted nanoseconds, conversions included; the next best first. */
  readonly others: readonly { readonly memoryType: MemoryTypeName; readonly addedNanoseconds: number }[];
  /** Variants that could not be taken, and why. */
  readonly excluded: readonly { readonly memoryType: string; readonly reason: string }[];
}

/** The images of all wells that have the same ones and run the same steps, step by step. */
export interface WellTemplate {
  /** What is read from the plate. */
  readonly images: ImageSet;
  /** What each step takes in and gives, by the step's index; `null` where the step does not run in these wells. */
  readonly steps: readonly (TemplateStep | null)[];
  readonly predicted: Prediction;
}

/** What a step takes in and gives in the wells of a template. */
export interface TemplateStep {
  readonly input: ImageSet;
  readonly output: ImageSet;
  /** What it reads in these wells, where that is not the step's `source` because that step does not run in them. */
  readonly source?: "plate" | number;
}

/** Bytes, as far as shapes and dtypes are known before the run. */
export interface Prediction {
  readonly peakHostBytes?: number;
  /** Where the host's peak is. */
  readonly peak?: PredictedPeak;
  readonly peakDeviceBytes?: number;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
}

/** What is held on the host when it is most. */
export interface PredictedPeak {
  /** Index of the step that is at work. */
  readonly step: number;
  /** What earlier steps gave and a later unit still reads, by the index of the step. */
  readonly waiting: readonly { readonly step: number; readonly bytes: number }[];
}

/** One step, the same for all wells. */
export interface StepPlan {
  readonly index: number;
  readonly name: string;
  /** Of the step itself and of all it reads. */
  readonly hash: string;
  /** The filter of the wells that it runs in, as it was written; the templates say which they are. Default: all. */
  readonly filter?: readonly WellFilter[];
  /** The plate, or the index of the step whose images it reads. */
  readonly source: "plate" | number;
  readonly variableComponents: readonly Component[];
  /** Components that choose among its chains, outermost first. */
  readonly groupBy?: readonly Component[];
  /** The chain for each value of `groupBy`, or for values joined by `/`; under `"*"` where one chain serves all groups. */
  readonly chains: { readonly [value: string]: PlannedChain };
  readonly dtype: DTypePolicy;
  /** Artifacts of earlier steps that it takes, and its own. */
  readonly needs: readonly PlannedNeed[];
  readonly gives: readonly PlannedArtifact[];
  /** Components that an earlier step or this one has made one of many, such as z by a projection. */
  readonly collapsed: readonly Component[];
  readonly readBackend: string;
  readonly writeBackend: string;
  /** Whether its images are kept in every well, not only in those whose last step it is. */
  readonly checkpoint: boolean;
  /** Where its images are kept with the results; none for an intermediate. */
  readonly output?: PlannedOutput;
  /** What it does where it works on stored files instead of calling functions, and the folder of its files. */
  readonly task?: PlannedTask;
}

/** Work on stored files. */
export interface PlannedTask {
  readonly id: FunctionId;
  /** The hash of its text, where no package and version vouches for it. */
  readonly code?: string;
  readonly params?: unknown;
  /** In the results' folder; a folder in it for each well. */
  readonly folder: string;
}

/** Where images are kept, and how they are packed. */
export interface PlannedOutput {
  /** Name of the storage. */
  readonly backend: string;
  /** In the results' folder. */
  readonly folder: string;
  /** `"none"` or a name that the storage knows; absent where nobody chose. */
  readonly compression?: string;
}

/** Functions one after the other. */
export interface PlannedChain {
  readonly inputMemoryType: MemoryTypeName;
  readonly outputMemoryType: MemoryTypeName;
  readonly calls: readonly PlannedCall[];
}

/** One call of a function. */
export interface PlannedCall {
  readonly function: FunctionId;
  /** Of a function that no package publishes and that has no version of its own: the hash of its text. */
  readonly code?: string;
  readonly params: { readonly [name: string]: unknown };
  /** Metadata handed in beside the parameters. */
  readonly injected: { readonly [name: string]: unknown };
  /** Artifacts handed in beside the parameters. */
  readonly artifacts: readonly string[];
  readonly unit: CallUnit;
  readonly slices: SliceRule;
  readonly input: MemoryTypeName;
  readonly output: MemoryTypeName;
  /** The dtype that the function gives, where it is its own. */
  readonly dtype: "same" | DType;
  /** How its input is brought to it, where that is not of its memory type already. */
  readonly conversion?: PlannedConversion;
  readonly gives: readonly string[];
  /** Bytes that it works in beside its stacks, at most, where that is known. */
  readonly workspace?: number;
  /** It gives back the very stack that it takes. */
  readonly handsOn?: true;
  /** The GPU memory type it was written for, where a CPU variant stands in because there is no device. */
  readonly standsInFor?: MemoryTypeName;
  /** The memory type of the CPU variant that may take over when the device gives up. */
  readonly cpuTwin?: MemoryTypeName;
}

/** How many slices a call gives: as many as it takes, one, so many, or so many for each number that occurs. */
export type SliceRule = "same" | "one" | number | { readonly [slices: string]: number };

/** How many slices a rule gives for so many. */
export function plannedSlices(rule: SliceRule, slices: number): number {
  if (rule === "same") return slices;
  if (rule === "one") return 1;
  return typeof rule === "number" ? rule : (rule[slices] ?? slices);
}

/** A conversion that the run will make. */
export interface PlannedConversion {
  readonly from: MemoryTypeName;
  readonly to: MemoryTypeName;
  readonly route: readonly Hop[];
  /** Bytes moved for one stack, where its size is known. */
  readonly bytes?: number;
}

/** An artifact that a step takes. */
export interface PlannedNeed {
  readonly key: string;
  /** Index of the step that gives it. */
  readonly step: number;
}

/** An artifact that a step gives, and where it is kept. */
export interface PlannedArtifact {
  readonly key: string;
  /** In the memory backend, per unit. */
  readonly folder: string;
  /** With the results, where it is materialised: one file, or for `"tiff"` and `"roi"` the folder of a file for each group. */
  readonly file?: {
    readonly path: string;
    readonly format: ArtifactFormat;
    /** Of the files in the folder: `"tif"`, `"zip"`, or `"zarr"` where the storage keeps arrays as such. */
    readonly ending?: string;
  };
}

/** The chain that serves a group; `undefined` where there is none for its values. */
export function chainFor<Chain>(
  chainOf: (key: string) => Chain | undefined,
  groupBy: readonly Component[],
  fixed: { readonly [C in Component]?: string },
): Chain | undefined {
  const values = groupBy.map((component) => fixed[component] ?? "");
  for (let depth = values.length; depth > 0; depth--) {
    const chain = chainOf(values.slice(0, depth).join("/"));
    if (chain) return chain;
  }
  return chainOf("*");
}

/** For which groups a chain is, in words: `channel 1, site 2`. */
export function chainWords({ groupBy = [] }: Pick<StepPlan, "groupBy">, key: string): string {
  const words = key.split("/").map((value, i) => `${groupBy[i] ?? "group"} ${value}`);
  return words.join(", ");
}

/** All calls of a step, whatever groups they are for. */
export function callsOf({ chains }: Pick<StepPlan, "chains">): readonly PlannedCall[] {
  return Object.values(chains).flatMap(({ calls }) => calls);
}

/** The devices on which a step works, in one well or in any of them; none where it works on the CPU alone. */
export function devicesOfStep(plan: Pick<Plan, "wells">, step: StepPlan, well?: string): readonly DeviceId[] {
  const types = new Set(callsOf(step).flatMap(({ input, output }) => [input, output]));
  const wells = well === undefined ? Object.values(plan.wells) : [plan.wells[well]];
  const devices = wells.flatMap((planned) => [...types].flatMap((type) => planned?.devices?.[type] ?? []));
  return [...new Set(devices)];
}
