import type { ResolvedSettings } from "../config/resolve.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import type { DeviceId } from "../memory/memory-type.ts";
import type { Contract, Declared } from "../pipeline/contract.ts";
import type { Pipeline } from "../pipeline/define-pipeline.ts";
import type { Component, ImageKey } from "../plate/image-key.ts";
import type { ImageSet } from "../plate/image-set.ts";
import type { Plate } from "../plate/plate.ts";
import type { StorageProvider } from "../vfs/storage-backend.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { PlannedArtifact, PlannedChain, PlannedNeed, PlannedStore } from "./plan.ts";
import type { ChainLink } from "./resolve-chains.ts";

/** What every phase may look at, and the way it reports. */
export interface PhaseContext {
  readonly pipeline: Pipeline;
  readonly plate: Plate;
  /** Wells that are compiled for, in the plate's order. */
  readonly wells: readonly string[];
  readonly settings: ResolvedSettings;
  /** Where results shall go, where that is known already. */
  readonly out: string | undefined;
  /** Whether results may lie inside the plate's folder. */
  readonly allowOutputInPlate: boolean;
  readonly memory: MemoryRegistry;
  readonly storages: ReadonlyMap<string, StorageProvider>;
  /** Devices by memory type. */
  readonly devices: ReadonlyMap<string, readonly DeviceId[]>;
  report(diagnostic: Omit<Diagnostic, "phase">): void;
  warn(diagnostic: Omit<Diagnostic, "phase">): void;
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
  readonly settings: ResolvedSettings;
  readonly source: "plate" | number;
  readonly variableComponents: readonly Component[];
  readonly groupBy: Component | undefined;
  readonly chains: ReadonlyMap<string, readonly CallDraft[]>;
  readonly collapsed: readonly Component[];
  readonly needs: readonly PlannedNeed[];
  /** Keys it gives, with how the contract wants them kept. */
  readonly gives: ReadonlyMap<string, "csv" | "json" | undefined>;
}

/** The images of wells that have the same ones. */
export interface TemplateDraft {
  readonly images: ImageSet;
  readonly steps: readonly { readonly input: ImageSet; readonly output: ImageSet }[];
}

/** After `step-plans`. */
export interface StepPlansDraft {
  readonly steps: readonly PlannedStep[];
  readonly templates: readonly TemplateDraft[];
  readonly wells: ReadonlyMap<string, { readonly template: number; readonly missing: readonly ImageKey[] }>;
}

/** After `zarr-stores`: where the results go. */
export interface StoresDraft extends StepPlansDraft {
  readonly storage: string;
  /** Plates to write into, where the storage keeps plates. */
  readonly stores: readonly PlannedStore[];
}

/** A step after `materialisation`. */
export interface MaterialisedStep extends PlannedStep {
  readonly readBackend: string;
  readonly writeBackend: string;
  readonly output: { readonly backend: string; readonly folder: string } | undefined;
  readonly artifacts: readonly PlannedArtifact[];
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
}

/** After `gpu-assignment`. */
export interface AssignedDraft extends ContractedDraft {
  readonly wellDevices: ReadonlyMap<string, DeviceId>;
}
