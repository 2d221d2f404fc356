import type { ResolvedSettings, SettingLevels } from "../config/resolve.ts";
import type { StepSettings } from "../config/settings.ts";
import type { DeviceInfo } from "../memory/device.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import type { DeviceId } from "../memory/memory-type.ts";
import type { ArtifactFormat, Contract, Declared } from "../pipeline/contract.ts";
import type { Pipeline } from "../pipeline/define-pipeline.ts";
import type { Task } from "../pipeline/task.ts";
import type { Component, ImageKey } from "../plate/image-key.ts";
import type { ImageSet } from "../plate/image-set.ts";
import type { Plate } from "../plate/plate.ts";
import type { WellFilter } from "../plate/well-filter.ts";
import type { StorageProvider } from "../vfs/storage-backend.ts";
import type { DiagnosticCode } from "./diagnostic.ts";
import type {
  PlannedArtifact,
  PlannedChain,
  PlannedChoice,
  PlannedDevice,
  PlannedInput,
  PlannedNeed,
  PlannedOutput,
  PlannedStore,
  PlannedTask,
  TemplateStep,
} from "./plan/plan.ts";
import type { PlateMetadata } from "./steps/metadata.ts";
import type { ChainLink } from "./steps/resolve-chains.ts";

/** Says what is wrong and what to do about it, with the name of the step where it is about one. */
type Report = (step: string | undefined, code: DiagnosticCode, message: string, hint: string) => void;

/** What every phase may look at, and the way it reports. */
export interface PhaseContext {
  readonly pipeline: Pipeline;
  readonly plate: Plate;
  /** Wells that are compiled for, in the plate's order. */
  readonly wells: readonly string[];
  /** In force for the pipeline; each step has its own. */
  readonly settings: ResolvedSettings;
  /** What `settings` was resolved from. */
  readonly levels: Pick<SettingLevels, "global" | "pipeline">;
  /** Settings of steps by their name, stronger than those that the steps were declared with. */
  readonly stepSettings: { readonly [step: string]: StepSettings };
  /** What the plate tells, by the keys of the resolvers that are installed. */
  readonly metadata: PlateMetadata;
  /** Where results shall go, where that is known already. */
  readonly out: string | undefined;
  /** Whether results may lie inside the plate's folder. */
  readonly allowOutputInPlate: boolean;
  readonly memory: MemoryRegistry;
  readonly storages: ReadonlyMap<string, StorageProvider>;
  /** The devices for each GPU memory type that the pipeline could use. */
  readonly devices: ReadonlyMap<string, DevicesThere>;
  /** Of what must not be run: the compile fails, with all that is wrong at once. */
  readonly report: Report;
  /** Of what a person should know. */
  readonly warn: Report;
}

/** Devices for a memory type, or why there are none. */
export interface DevicesThere {
  readonly devices: readonly DeviceInfo[];
  readonly remedy?: string | undefined;
}

/** A function of a chain, its parameters checked; its variant is not chosen yet. */
export interface CallDraft {
  readonly link: ChainLink;
  /** Of any variant: all variants of a family share slices, unit, halo and special inputs and outputs. */
  readonly contract: Contract;
  readonly params: Readonly<Record<string, unknown>>;
  /** Metadata that the user gave by hand. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

/** A step after the phase `step-plans`. */
export interface PlannedStep {
  readonly index: number;
  readonly name: string;
  readonly checkpoint: boolean;
  /** The filter as it was written, and the wells that it leaves; `undefined`: all. */
  readonly filter: readonly WellFilter[] | undefined;
  readonly wells: ReadonlySet<string> | undefined;
  readonly settings: ResolvedSettings;
  readonly source: "plate" | number;
  readonly variableComponents: readonly Component[];
  /** Components that choose among its chains, outermost first. */
  readonly groupBy: readonly Component[];
  readonly chains: ReadonlyMap<string, readonly CallDraft[]>;
  readonly collapsed: readonly Component[];
  readonly needs: readonly PlannedNeed[];
  /** Keys it gives, with how the contract wants them kept. */
  readonly gives: ReadonlyMap<string, ArtifactFormat | undefined>;
  /** What it does where it works on stored files instead of calling functions, and with what. */
  readonly task?: Task;
  readonly params?: unknown;
}

/** The images of wells that have the same ones, and in which the same steps run. */
export interface TemplateDraft {
  readonly images: ImageSet;
  /** `null`: the step does not run in these wells. */
  readonly steps: readonly (TemplateStep | null)[];
}

/** After `step-plans`. */
export interface StepPlansDraft {
  readonly steps: readonly PlannedStep[];
  readonly templates: readonly TemplateDraft[];
  readonly wells: ReadonlyMap<string, { readonly template: number; readonly missing: readonly ImageKey[] }>;
}

/** After `zarr-stores`: where the results go. */
export interface StoresDraft extends StepPlansDraft {
  /** Of tables and documents; images go where their step's settings say. */
  readonly storage: string;
  /** Plates to write into, where the storage keeps plates. */
  readonly stores: readonly PlannedStore[];
  /** The plate to convert the images into, where that is asked for. */
  readonly input: PlannedInput | undefined;
}

/** A step after `materialisation`. */
export interface MaterialisedStep extends PlannedStep {
  readonly readBackend: string;
  readonly writeBackend: string;
  readonly output: PlannedOutput | undefined;
  readonly artifacts: readonly PlannedArtifact[];
  readonly plannedTask?: PlannedTask;
}

/** After `materialisation`. */
export interface MaterialisedDraft extends StoresDraft {
  readonly steps: readonly MaterialisedStep[];
}

/** A step after `memory-contracts`. */
export interface ContractedStep extends MaterialisedStep {
  readonly planned: { readonly [value: string]: PlannedChain };
}

/** After `memory-contracts`: the functions that were chosen, by their identity. */
export interface ContractedDraft extends MaterialisedDraft {
  readonly steps: readonly ContractedStep[];
  readonly functions: ReadonlyMap<string, Declared>;
  readonly choices: readonly PlannedChoice[];
}

/** After `gpu-assignment`. */
export interface AssignedDraft extends ContractedDraft {
  readonly devices: readonly PlannedDevice[];
  /** The device for each GPU memory type, by well. */
  readonly wellDevices: ReadonlyMap<string, Readonly<Record<string, DeviceId>>>;
}
