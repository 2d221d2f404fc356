import type { ConfigValues } from "../config/config-store.ts";
import { resolveSettings } from "../config/resolve.ts";
import type { GlobalSettings } from "../config/settings.ts";
import { PlatewrightError } from "../errors.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import type { Awaitable } from "../memory/memory-type.ts";
import type { Pipeline } from "../pipeline/define-pipeline.ts";
import type { AnyMetadataResolver } from "../pipeline/metadata.ts";
import type { Step } from "../pipeline/step.ts";
import { deepFreeze, defined } from "../plain-data.ts";
import type { Plate } from "../plate/plate.ts";
import { excludeWells, selectWells, type WellFilter } from "../plate/well-filter.ts";
import type { StorageProvider } from "../vfs/storage-backend.ts";
import { compileError, type Diagnostic, type PhaseName } from "./diagnostic.ts";
import type { PhaseContext } from "./draft.ts";
import { memoryDiagnostic } from "./memory-diagnostic.ts";
import { planSteps } from "./phases/1-step-plans.ts";
import { declareStores } from "./phases/2-zarr-stores.ts";
import { planMaterialisation } from "./phases/3-materialisation.ts";
import { contractMemory } from "./phases/4-memory-contracts.ts";
import { assignDevices } from "./phases/5-gpu-assignment.ts";
import { assemblePlan } from "./plan/assemble-plan.ts";
import type { Plan } from "./plan/plan.ts";
import { type AnyPluginPhase, type PhaseDrafts, runPluginPhases } from "./plugin-phases.ts";
import { resolveMetadata } from "./steps/metadata.ts";
import { codeFrom, type PlanCode } from "./steps/plan-code.ts";
import { listDevices } from "./variants/list-devices.ts";

/** What the compiler knows to be installed. */
export interface Installed {
  readonly memory: MemoryRegistry;
  readonly storages: ReadonlyMap<string, StorageProvider>;
  /** By key. */
  readonly resolvers: ReadonlyMap<string, AnyMetadataResolver>;
  readonly phases: readonly AnyPluginPhase[];
}

/** For which part of a plate a pipeline is compiled, and how. */
export interface CompileOptions {
  /** Wells to take; default all. */
  readonly wells?: readonly WellFilter[] | undefined;
  readonly excludeWells?: readonly WellFilter[] | undefined;
  /** The global level of the configuration. */
  readonly settings?: GlobalSettings | undefined;
  /**
   * All levels of the configuration, such as what a configuration store has saved. Its values are stronger than
   * `settings` and than what the pipeline and its steps were declared with.
   */
  readonly config?: ConfigValues | undefined;
  /** Where the results shall go; may also be said when the plan is run. */
  readonly out?: string | undefined;
  /** Lets the results lie inside the plate's folder. Default `false`. */
  readonly allowOutputInPlate?: boolean | undefined;
}

/** A plan, with the functions, lazy values and tasks it names. */
export interface Compiled extends PlanCode {
  readonly plan: Plan;
}

/**
 * Compiles a pipeline for a plate in five phases; reads no pixel and writes nothing. Throws "compile" with every
 * diagnostic at once, "filter" for wells that are not there, "parameter" for wrong settings.
 */
export async function compilePipeline(
  pipeline: Pipeline,
  plate: Plate,
  installed: Installed,
  options: CompileOptions = {},
): Promise<Compiled> {
  checkPipeline(pipeline);
  const { config } = options;
  const levels = {
    global: stronger(options.settings, config?.global),
    pipeline: stronger(pipeline.settings, config?.pipeline),
  };
  const settings = resolveSettings(levels);
  const all = plate.index.wells;
  const kept = new Set(excludeWells(all, options.excludeWells));
  const wells = selectWells(all, options.wells).filter((well) => kept.has(well));
  if (wells.length === 0)
    throw new PlatewrightError("filter", "The filters leave no well.", { wells: options.wells });
  const metadata = await resolveMetadata(pipeline, plate, installed.resolvers);
  const devices = await listDevices(pipeline, installed.memory, settings.values.device);
  const problems: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const shared = {
    pipeline,
    plate,
    wells,
    settings,
    levels,
    stepSettings: config?.steps ?? {},
    out: options.out,
    allowOutputInPlate: options.allowOutputInPlate ?? false,
    memory: installed.memory,
    storages: installed.storages,
    metadata,
    devices,
  };
  const contextOf = (phase: PhaseName): PhaseContext => ({
    ...shared,
    report: (step, code, message, hint) => addOnce(problems, { phase, step, code, message, hint }),
    warn: (step, code, message, hint) => addOnce(warnings, { phase, step, code, message, hint }),
  });
  const pluginContextOf = (phase: string) => ({
    ...shared,
    report: (diagnostic: Omit<Diagnostic, "phase">) => addOnce(problems, { phase, ...diagnostic }),
    warn: (diagnostic: Omit<Diagnostic, "phase">) => addOnce(warnings, { phase, ...diagnostic }),
    failed: problems.length > 0,
  });
  const extensions: Record<string, unknown> = {};
  const phase = async <Name extends PhaseName>(
    name: Name,
    run: (context: PhaseContext) => Awaitable<PhaseDrafts[Name]>,
  ): Promise<PhaseDrafts[Name]> => {
    const draft = await run(contextOf(name));
    Object.assign(extensions, await runPluginPhases(name, draft, installed.phases, pluginContextOf));
    return draft;
  };
  const stepPlans = await phase("step-plans", planSteps);
  const stores = await phase("zarr-stores", (context) => declareStores(stepPlans, context));
  const materialised = await phase("materialisation", (context) => planMaterialisation(stores, context));
  const contracted = await phase("memory-contracts", (context) => contractMemory(materialised, context));
  const assigned = await phase("gpu-assignment", (context) => assignDevices(contracted, context));
  if (problems.length > 0) throw compileError(pipeline.name, problems);
  const plan = assemblePlan(assigned, contextOf("gpu-assignment"), warnings, extensions);
  const tooMuch = memoryDiagnostic(plan, settings.values.memoryLimit);
  if (tooMuch) throw compileError(pipeline.name, [tooMuch]);
  return { plan: deepFreeze(plan), ...codeFrom({ pipeline }), functions: contracted.functions };
}

function stronger<T extends object>(weak: T | undefined, strong: T | undefined): T {
  return { ...weak, ...defined(strong ?? {}) } as T;
}

function checkPipeline(pipeline: unknown): void {
  const { kind, name, steps } = (pipeline ?? {}) as Partial<Pipeline>;
  if (kind !== "pipeline" || !Array.isArray(steps)) {
    throw new PlatewrightError(
      "declaration",
      "This is no pipeline. Make one with definePipeline({ name, steps: [ … ] }).",
    );
  }
  const odd = steps.findIndex((item: Partial<Step> | undefined) => item?.kind !== "step");
  if (odd >= 0) {
    throw new PlatewrightError(
      "declaration",
      `Item ${odd + 1} of the pipeline "${name}" is no step. Make it one with step(name, …).`,
    );
  }
}

function addOnce(list: Diagnostic[], diagnostic: Diagnostic): void {
  const { step, code, message } = diagnostic;
  if (!list.some((other) => other.step === step && other.code === code && other.message === message))
    list.push(diagnostic);
}
