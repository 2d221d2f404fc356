import type { Plan } from "../compile/plan/plan.ts";
import type { PlanCode } from "../compile/steps/plan-code.ts";
import { PlatewrightError } from "../errors.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import { groupByWell } from "../plate/image-key.ts";
import type { Plate } from "../plate/plate.ts";
import type { StorageProvider } from "../vfs/storage-backend.ts";
import { createDeviceLeases } from "./call/device-leases.ts";
import { checkFunctions, checkPlan } from "./check-plan.ts";
import type { RunEvent } from "./events.ts";
import { createLazyValues } from "./input/lazy-values.ts";
import { sourceOf } from "./input/source-of.ts";
import { discardWells, isComplete } from "./output/earlier-run.ts";
import { plannedDocument, type RunReport, reportFrom, reportRun } from "./output/report.ts";
import { lockResults, openResults, type Results } from "./output/results.ts";
import { type Beginning, finishStores, type IsChanged, prepareResults } from "./output/results-folder.ts";
import { createWellRows, type WellSummary } from "./output/well-rows.ts";
import { writeTables } from "./output/write-tables.ts";
import { clearProgress, createProgress } from "./progress.ts";
import { checkTasks } from "./run-tasks.ts";
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
  /**
   * Goes on with an unfinished run of the same plan in the same folder: wells that it completed are not run again, but
   * for those whose images have changed since. A folder without results is begun, a finished run left as it is, one of
   * another plan or of images that have changed an "exists" error. Default `false`.
   */
  readonly resume?: boolean | undefined;
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
export interface RunScope extends PlanCode {
  readonly memory: MemoryRegistry;
  readonly storages: ReadonlyMap<string, StorageProvider>;
}

/**
 * Runs a plan. A well that fails is in the report, with its cause; the others go on. Throws where nothing can be run:
 * "declaration" where the plan is of another version or was edited, "plate" where the plate is not the plan's, "registry"
 * where its functions are not known, "path" where the results would lie in the plate, "exists" where there are results
 * already or another run writes into the same folder, "storage" where they can't be written.
 */
export async function runPlan(plan: Plan, scope: RunScope, options: RunOptions): Promise<RunReport> {
  const executor = options.executor && closingOnce(options.executor);
  try {
    checkPlan(plan, options.plate);
    const wanted = wellsToRun(plan, options.wells);
    const results = await openResults(plan, scope.storages, options);
    const unlock = await lockResults(results.main);
    try {
      return await runInto(results, wanted, plan, scope, { ...options, executor });
    } finally {
      await unlock();
    }
  } finally {
    // Of a run that was refused, or had nothing left to do, why counts for more than what fails here.
    await executor?.close?.().catch(() => undefined);
  }
}

async function runInto(
  results: Results,
  wanted: readonly string[],
  plan: Plan,
  scope: RunScope,
  options: RunOptions,
): Promise<RunReport> {
  const started = Date.now();
  const { main } = results;
  const events: RunEvent[] = [];
  const failures: { close?: Failure; listener?: Failure } = {};
  const emit = (event: RunEvent): void => {
    if (event.type !== "unit-done") events.push(event);
    try {
      options.onEvent?.(event);
    } catch (reason) {
      // A listener's fault is no well's: the run goes on, and the caller hears of it at the end.
      failures.listener ??= { reason };
    }
  };
  const signal = options.signal ?? new AbortController().signal;
  const executor = options.executor ?? executeHere(plan, scope, options, results, signal, emit);
  const isChanged = changeTeller(options.plate, wanted, signal);
  const { kept, changed, finished } = await prepareResults(plan, results, beginningOf(options), isChanged);
  if (finished) return reportFrom(finished, main.location);
  const wells = wanted.filter((well) => !kept.has(well));
  emit({ type: "run-start", wells: wells.length, planHash: plan.hash, kept: kept.size });
  for (const well of changed) emit({ type: "input-changed", well, since: "completed" });
  const about = plannedDocument(plan, options.versions ?? {});
  const write = async (document: object) => main.writeValue?.("run.json", document, { overwrite: true });
  await write({ ...about, status: "running" });
  const abandoned = new Set<string>();
  const progress = createProgress(plan.hash, main);
  const rows = createWellRows(plan.hash, main);
  const take = (outcome: WellOutcome): boolean => {
    if (outcome.status === "complete") rows.add(outcome, progress.keep(outcome));
    if (outcome.isAbandoned) abandoned.add(outcome.well);
    return options.failFast === true && outcome.status === "failed";
  };
  let executed: Executed;
  try {
    executed = await executeWells(wells, executor, emit, take, signal);
  } finally {
    // What was computed is kept all the same; the caller hears of it at the end.
    await executor.close?.().catch((reason: unknown) => {
      failures.close = { reason };
    });
    await progress.settle();
  }
  const outcomes = inOrder(plan, wanted, executed.outcomes, kept);
  if (abandoned.size > 0) await discardWells(plan, results, (well) => abandoned.has(well));
  await finishStores(plan, results);
  const tables = await writeTables(plan, outcomes, rows, main, replaces(options));
  const seconds = (Date.now() - started) / 1000;
  const report = reportRun(
    plan,
    outcomes,
    { ...tables, folder: main.location },
    { seconds, workers: executor.workers, cancelled: signal.aborted, kept },
  );
  emit({ type: "run-done", status: report.status, seconds });
  await write({ ...about, ...report, outputs: { ...report.outputs, folder: undefined }, events });
  if (isComplete(plan, { ...report })) await clearProgress(main);
  const failure = executed.failure ?? failures.close ?? failures.listener;
  if (failure) throw failure.reason;
  return report;
}

interface Failure {
  readonly reason: unknown;
}

/** The executor, to be closed by whoever is done with it first. */
function closingOnce(executor: WellExecutor): WellExecutor {
  let closing: Promise<void> | undefined;
  const close = async () => executor.close?.();
  return {
    workers: executor.workers,
    expect: (wells) => executor.expect?.(wells),
    run: (well, onEvent) => executor.run(well, onEvent),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Whether what an earlier run left may be written over; what an unfinished one left of a well was removed, but for what could not be known to be there. */
function replaces({ overwrite, resume }: Pick<RunOptions, "overwrite" | "resume">): boolean {
  return overwrite === true || resume === true;
}

function beginningOf({ overwrite, resume }: RunOptions): Beginning {
  if (overwrite === true) return "overwrite";
  return resume === true ? "resume" : "new";
}

/** Tells which of the wells that are asked for have changed; where the storage can't tell, none has. */
function changeTeller(plate: Plate, wanted: readonly string[], signal: AbortSignal): IsChanged {
  const images = groupByWell(plate.index.images);
  return async (well, source) => {
    if (!wanted.includes(well)) return false;
    const now = await sourceOf(images.get(well) ?? [], plate.backend, signal).catch(() => source);
    return now !== undefined && now !== source;
  };
}

/** The wells in the order in which they were asked for, then those that were there besides. */
function inOrder(
  plan: Plan,
  wanted: readonly string[],
  run: readonly WellSummary[],
  kept: ReadonlyMap<string, WellSummary>,
): readonly WellSummary[] {
  const known = new Map([...kept, ...run.map((outcome) => [outcome.well, outcome] as const)]);
  const besides = Object.keys(plan.wells).filter((well) => !wanted.includes(well));
  return [...wanted, ...besides].flatMap((well) => known.get(well) ?? []);
}

/** What a worker needs to run single wells of a plan whose results were prepared by `runPlan` elsewhere. */
export interface WellRunner {
  /** Is told which wells it will run, so that a lazy value goes after the last of them that reads it, not only at the end. */
  expect(wells: readonly string[]): void;
  run(well: string): Promise<WellOutcome>;
  /** Gives back the devices that it has leased, and disposes of the lazy values that it has made. */
  close(): Promise<void>;
}

/** Makes what runs single wells of a plan: the body of an executor, here or in a worker. Throws "registry" where functions are not known. */
export function createWellRunner(
  plan: Plan,
  scope: RunScope,
  options: Pick<RunOptions, "plate" | "overwrite" | "resume">,
  results: Results,
  signal: AbortSignal,
  onEvent: (event: RunEvent) => void,
): WellRunner {
  checkFunctions(plan, scope.functions);
  const images = groupByWell(options.plate.index.images);
  checkTasks(plan, scope.tasks);
  const lazyValues = createLazyValues(plan, scope.lazyValues);
  const leases = createDeviceLeases(plan, scope.memory);
  const run = async (well: string): Promise<WellOutcome> => {
    const outcome = await runWell(well, {
      ...scope,
      plan,
      leases,
      lazyValues,
      plate: options.plate.backend,
      images: images.get(well) ?? [],
      results,
      overwrite: replaces(options),
      signal,
      onEvent,
    });
    await lazyValues.leave(well);
    return outcome;
  };
  const close = async (): Promise<void> => {
    leases.release();
    await lazyValues.close();
  };
  return { run, close, expect: lazyValues.expect };
}

function executeHere(
  plan: Plan,
  scope: RunScope,
  options: RunOptions,
  results: Results,
  signal: AbortSignal,
  emit: (event: RunEvent) => void,
): WellExecutor {
  const runner = createWellRunner(plan, scope, options, results, signal, emit);
  return { workers: 1, expect: runner.expect, run: (well) => runner.run(well), close: runner.close };
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
