import type { Plan } from "../compile/plan.ts";
import { PlatewrightError } from "../errors.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import type { Declared } from "../pipeline/contract.ts";
import { groupByWell } from "../plate/image-key.ts";
import type { Plate } from "../plate/plate.ts";
import type { StorageBackend, StorageProvider } from "../vfs/storage-backend.ts";
import { checkFunctions, checkPlan } from "./check-plan.ts";
import type { RunEvent } from "./events.ts";
import { type RunReport, reportRun, runDocument } from "./report.ts";
import { finishStores, openResults, prepareResults, writeTables } from "./results-folder.ts";
import { runWell, type WellOutcome } from "./run-well.ts";
import { type Executed, executeWells, type WellExecutor } from "./well-executor.ts";

/** How a plan is run. */
export interface RunOptions {
  /** The plate that the plan was compiled for. */
  readonly plate: Plate;
  /** Where the results go; default what the plan was compiled with. */
  readonly out?: string | undefined;
  /** Wells to run, of those in the plan; default all. */
  readonly wells?: readonly string[] | undefined;
  /** Replaces the results of an earlier run in the same folder. Default `false`: an "exists" error. */
  readonly overwrite?: boolean | undefined;
  /** Lets the results lie inside the plate's folder. Default `false`. */
  readonly allowOutputInPlate?: boolean | undefined;
  /** Ends the run after the first well that fails. Default `false`: the other wells go on. */
  readonly failFast?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Runs the wells elsewhere, such as in worker threads. Default: here, one after the other. */
  readonly executor?: WellExecutor | undefined;
  /** Versions that are noted with the results. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
}

/** What a run needs to have been installed. */
export interface RunScope {
  readonly memory: MemoryRegistry;
  readonly storages: ReadonlyMap<string, StorageProvider>;
  readonly functions: ReadonlyMap<string, Declared>;
}

/**
 * Runs a plan. A well that fails is in the report, with its cause; the others go on. Throws where nothing can be run:
 * "declaration" where the plan is of another version or was edited, "plate" where the plate is not the plan's, "registry"
 * where its functions are not known, "path" where the results would lie in the plate, "exists" where there are results
 * already, "storage" where they can't be written.
 */
export async function runPlan(plan: Plan, scope: RunScope, options: RunOptions): Promise<RunReport> {
  const started = Date.now();
  checkPlan(plan, options.plate);
  const wells = wellsToRun(plan, options.wells);
  const results = await openResults(plan, scope.storages, options);
  const events: RunEvent[] = [];
  let listenerFailure: { readonly reason: unknown } | undefined;
  const emit = (event: RunEvent): void => {
    events.push(event);
    try {
      options.onEvent?.(event);
    } catch (reason) {
      // A listener's fault is no well's: the run goes on, and the caller hears of it at the end.
      listenerFailure ??= { reason };
    }
  };
  const signal = options.signal ?? new AbortController().signal;
  const executor = options.executor ?? executeHere(plan, scope, options, results, signal, emit);
  await prepareResults(plan, results, options.overwrite ?? false);
  emit({ type: "run-start", wells: wells.length, planHash: plan.hash });
  let executed: Executed;
  try {
    executed = await executeWells(
      wells,
      executor,
      emit,
      ({ status }) => options.failFast === true && status === "failed",
      signal,
    );
  } finally {
    await executor.close?.();
  }
  const { outcomes, failure } = executed;
  await finishStores(plan, results);
  const tables = await writeTables(plan, outcomes, results, options.overwrite ?? false);
  const folder = results.location;
  const seconds = (Date.now() - started) / 1000;
  const report = reportRun(
    plan,
    outcomes,
    { ...tables, folder },
    { seconds, workers: executor.workers, cancelled: signal.aborted },
  );
  emit({ type: "run-done", status: report.status, seconds });
  await results.writeValue?.("run.json", runDocument(plan, report, events, options.versions ?? {}), {
    overwrite: true,
  });
  if (failure) throw failure.reason;
  if (listenerFailure) throw listenerFailure.reason;
  return report;
}

/** What a worker needs to run single wells of a plan whose results were prepared by `runPlan` elsewhere. */
export type WellRunner = (well: string) => Promise<WellOutcome>;

/** Makes a function that runs single wells of a plan: the body of an executor, here or in a worker. Throws "registry" where functions are not known. */
export function createWellRunner(
  plan: Plan,
  scope: RunScope,
  options: Pick<RunOptions, "plate" | "overwrite">,
  results: StorageBackend,
  signal: AbortSignal,
  onEvent: (event: RunEvent) => void,
): WellRunner {
  checkFunctions(plan, scope.functions);
  const images = groupByWell(options.plate.index.images);
  return (well) =>
    runWell(well, {
      plan,
      memory: scope.memory,
      functions: scope.functions,
      plate: options.plate.backend,
      images: images.get(well) ?? [],
      results,
      overwrite: options.overwrite ?? false,
      signal,
      onEvent,
    });
}

function executeHere(
  plan: Plan,
  scope: RunScope,
  options: RunOptions,
  results: StorageBackend,
  signal: AbortSignal,
  emit: (event: RunEvent) => void,
): WellExecutor {
  return { workers: 1, run: createWellRunner(plan, scope, options, results, signal, emit) };
}

function wellsToRun(plan: Plan, wells: readonly string[] | undefined): readonly string[] {
  const absent = wells?.filter((well) => !Object.hasOwn(plan.wells, well)) ?? [];
  if (absent.length > 0) {
    throw new PlatewrightError(
      "filter",
      `The plan has no well ${absent.join(", ")}. It has ${Object.keys(plan.wells).join(", ")}.`,
    );
  }
  return wells ?? Object.keys(plan.wells);
}
