import { type CompileOptions, compilePipeline, type Installed } from "./compile/compile.ts";
import { phaseNames } from "./compile/diagnostic.ts";
import type { Plan } from "./compile/plan/plan.ts";
import type { AnyPluginPhase } from "./compile/plugin-phases.ts";
import { codeFrom, type FunctionSources, type PlanCode } from "./compile/steps/plan-code.ts";
import { PlatewrightError } from "./errors.ts";
import type { Conversion } from "./memory/conversion.ts";
import { createMemoryRegistry, type MemoryRegistry } from "./memory/memory-registry.ts";
import type { MemoryType } from "./memory/memory-type.ts";
import type { Declared } from "./pipeline/contract.ts";
import type { Pipeline } from "./pipeline/define-pipeline.ts";
import type { Lazy } from "./pipeline/lazy.ts";
import { type AnyMetadataResolver, standardMetadata } from "./pipeline/metadata.ts";
import type { Task } from "./pipeline/task.ts";
import { type OpenPlateOptions, openPlate, type Plate } from "./plate/plate.ts";
import type { PlateLayout } from "./plate/plate-layout.ts";
import type { RunReport } from "./run/output/report.ts";
import { openResults } from "./run/output/results.ts";
import {
  createWellRunner,
  type RunOptions,
  type RunScope,
  runPlan,
  type WellRunner,
} from "./run/run-plan.ts";
import type { StorageProvider } from "./vfs/storage-backend.ts";

/** What can be installed; a plugin is a plain object with a `kind`. */
export type Plugin =
  | MemoryType
  | Conversion
  | StorageProvider
  | PlateLayout
  | AnyMetadataResolver
  | AnyPluginPhase;

/** One installation: the memory types, storages and layouts that were given to it, and what can be done with them. */
export interface Platewright {
  readonly memory: MemoryRegistry;
  readonly storages: ReadonlyMap<string, StorageProvider>;
  readonly layouts: readonly PlateLayout[];
  /** Opens a plate in a storage (default: the one that claims the location, else `"disk"`): see `openPlate` for what it throws. */
  openPlate(location: string, options?: OpenPlateOptions & { readonly storage?: string }): Promise<Plate>;
  /** Compiles a pipeline for a plate; see `compilePipeline`. The plan's functions stay known to this installation. */
  compile(pipeline: Pipeline, plate: Plate, options?: CompileOptions): Promise<Plan>;
  /** Runs a plan that this installation compiled, or one from elsewhere together with its `pipeline` or `functions`. */
  run(plan: Plan, options: RunOptions & FunctionSources): Promise<RunReport>;
  /** Makes a function that runs single wells, for an executor in a worker; the results' folder was prepared elsewhere. */
  createWellRunner(
    plan: Plan,
    options: RunOptions & FunctionSources & { readonly signal: AbortSignal },
  ): Promise<WellRunner>;
}

/**
 * Joins plugins to one installation; nothing else is known to it, and nothing registers by itself.
 * Throws "registry" for two plugins of one kind and name, and for what is no plugin.
 *
 * @example
 * const pw = createPlatewright(ndarrayBackend(), disk(), ...microscopes());
 * const plate = await pw.openPlate("/data/plate");
 */
export function createPlatewright(...plugins: readonly Plugin[]): Platewright {
  checkPlugins(plugins);
  const of = <K extends Kind>(kind: K) =>
    plugins.filter((plugin): plugin is Extract<Plugin, { kind: K }> => plugin.kind === kind);
  const memory = createMemoryRegistry(of("memory-type"), of("conversion"));
  const storages = new Map(of("storage").map((storage) => [storage.name, storage]));
  const layouts = of("layout");
  const resolvers = new Map([...standardMetadata, ...of("metadata")].map((one) => [one.key, one]));
  const installed: Installed = { memory, storages, resolvers, phases: of("phase") };
  const codeByPlan = new WeakMap<Plan, PlanCode>();
  const known = {
    functions: new Map<string, Declared>(),
    lazyValues: new Map<string, Lazy>(),
    tasks: new Map<string, Task>(),
  };

  const compile: Platewright["compile"] = async (pipeline, plate, options) => {
    const compiled = await compilePipeline(pipeline, plate, installed, options);
    codeByPlan.set(compiled.plan, compiled);
    for (const [key, fn] of compiled.functions) known.functions.set(key, fn);
    for (const [id, value] of compiled.lazyValues) known.lazyValues.set(id, value);
    for (const [id, task] of compiled.tasks) known.tasks.set(id, task);
    return compiled.plan;
  };
  // A plan that came back from JSON is another object: it finds the functions compiled last under their names.
  const scopeOf = (plan: Plan, sources: FunctionSources): RunScope => ({
    memory,
    storages,
    ...(sources.pipeline || sources.functions ? codeFrom(sources) : (codeByPlan.get(plan) ?? known)),
  });

  return Object.freeze<Platewright>({
    memory,
    storages,
    layouts,
    async openPlate(location, options = {}) {
      const provider =
        options.storage === undefined
          ? await storageFor(storages, location)
          : storageNamed(storages, options.storage);
      return openPlate(location, provider, layouts, options);
    },
    compile,
    async run(plan, options) {
      return runPlan(plan, scopeOf(plan, options), options);
    },
    async createWellRunner(plan, options) {
      const scope = scopeOf(plan, options);
      const results = await openResults(plan, storages, options);
      return createWellRunner(plan, scope, options, results, options.signal, options.onEvent ?? (() => {}));
    },
  });
}

type Kind = Plugin["kind"];

const kinds: Readonly<Record<Kind, string>> = {
  "memory-type": "memory type",
  conversion: "conversion",
  storage: "storage",
  layout: "plate layout",
  metadata: "metadata",
  phase: "phase",
};

function checkPlugins(plugins: readonly Plugin[]): void {
  const names = new Set(phaseNames.map((name) => `phase ${name}`));
  for (const plugin of plugins) {
    if (!Object.hasOwn(kinds, plugin?.kind))
      throw new PlatewrightError(
        "registry",
        `${describePlugin(plugin)} is no plugin. Call its factory, as in createPlatewright(disk()).`,
      );
    if (plugin.kind === "conversion") continue;
    if (plugin.kind === "phase") checkPhase(plugin);
    const name = plugin.kind === "metadata" ? plugin.key : plugin.name;
    if (names.has(`${plugin.kind} ${name}`))
      throw new PlatewrightError(
        "registry",
        `Two plugins give the ${kinds[plugin.kind]} "${name}". Install one of them.`,
        { name },
      );
    names.add(`${plugin.kind} ${name}`);
  }
}

async function storageFor(
  storages: ReadonlyMap<string, StorageProvider>,
  location: string,
): Promise<StorageProvider> {
  for (const provider of storages.values()) if (await provider.claims?.(location)) return provider;
  return storageNamed(storages, "disk");
}

function storageNamed(storages: ReadonlyMap<string, StorageProvider>, name: string): StorageProvider {
  const provider = storages.get(name);
  if (provider) return provider;
  const names = [...storages.keys()].join(", ") || "none";
  throw new PlatewrightError("storage", `There is no storage backend "${name}". There are: ${names}.`, {
    name,
  });
}

function checkPhase({ name, after }: AnyPluginPhase): void {
  const known: readonly string[] = phaseNames;
  if (known.includes(after)) return;
  throw new PlatewrightError(
    "registry",
    `The phase "${name}" shall run after "${after}", which is no phase. There are: ${known.join(", ")}.`,
    { name },
  );
}

function describePlugin(value: unknown): string {
  return typeof value === "function"
    ? `The function ${value.name || "(without a name)"}`
    : `A value of type ${typeof value}`;
}
