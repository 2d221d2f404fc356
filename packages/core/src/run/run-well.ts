import type { Plan } from "../compile/plan.ts";
import { scheduleUnits, type WorkUnit } from "../compile/units.ts";
import { isCancellation, PlatewrightError, throwIfAborted } from "../errors.ts";
import { createLedger } from "../memory/ledger.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import type { Declared } from "../pipeline/contract.ts";
import { positionText } from "../plate/image-set.ts";
import type { PlateImage } from "../plate/plate-layout.ts";
import { createMemoryBackend } from "../vfs/memory-backend.ts";
import type { StorageBackend } from "../vfs/storage-backend.ts";
import { type ErrorRecord, type RunEvent, recordError } from "./events.ts";
import { executeUnit, type UnitScope } from "./execute-unit.ts";
import { artifactPath, gatherSlices, missingImages, readUnit, stackPath } from "./gather-input.ts";
import { giveWay } from "./give-way.ts";
import { createImageWriter } from "./image-writer.ts";
import { createReadAhead } from "./read-ahead.ts";
import type { Results } from "./results.ts";
import { rowsOf, type TableRow } from "./tables.ts";

/** What a well's run needs from its surroundings. */
export interface WellScope {
  readonly plan: Plan;
  readonly memory: MemoryRegistry;
  readonly functions: ReadonlyMap<string, Declared>;
  /** Where the plate is read. */
  readonly plate: StorageBackend;
  /** The plate's images of this well. */
  readonly images: readonly PlateImage[];
  /** Where the results are written. */
  readonly results: Results;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** How a well ended. */
export interface WellOutcome {
  readonly well: string;
  readonly status: "complete" | "failed" | "cancelled";
  readonly seconds: number;
  /** Units that were run. */
  readonly units: number;
  readonly error?: ErrorRecord;
  /** Paths of the images that it wrote. */
  readonly images: readonly string[];
  /** Rows for each artifact that is kept, by key, in the order of the units. */
  readonly tables: Readonly<Record<string, readonly TableRow[]>>;
  /** Most bytes of arrays held at once. */
  readonly peakHostBytes: number;
  readonly bytesCopied: number;
}

/**
 * Runs one well, unit by unit, intermediates released after their last reader. A failure never throws: it is the
 * outcome, and the images that the well had written are taken back.
 */
export async function runWell(well: string, scope: WellScope): Promise<WellOutcome> {
  const { plan, signal } = scope;
  const started = Date.now();
  const planned = plan.wells[well];
  const template = planned && plan.templates[planned.template];
  if (!template) throw new PlatewrightError("not-found", `Well ${well} is not in the plan.`, { well });
  const schedule = scheduleUnits(plan, template);
  const writer = createImageWriter(scope, well);
  const progress = { units: 0, peak: 0, copied: 0, tables: {} as Record<string, TableRow[]> };
  scope.onEvent({ type: "well-start", well, units: schedule.length });
  let status: WellOutcome["status"] = "complete";
  let error: ErrorRecord | undefined;
  try {
    if (planned.missing?.length) throw missingImages(well, planned.missing);
    await runSchedule(well, schedule, scope, writer, progress);
    await writer.finish();
  } catch (thrown) {
    const cancelled = isCancellation(thrown, signal);
    status = cancelled ? "cancelled" : "failed";
    if (!cancelled) error = recordError(thrown);
    const left = await writer.takeBack();
    if (error && left !== undefined) error = { ...error, causes: [...error.causes, left] };
  }
  const seconds = (Date.now() - started) / 1000;
  if (error) scope.onEvent({ type: "well-failed", well, error });
  else
    scope.onEvent(
      status === "complete" ? { type: "well-done", well, seconds } : { type: "well-cancelled", well },
    );
  return {
    well,
    status,
    seconds,
    units: progress.units,
    ...(error ? { error } : {}),
    images: status === "complete" ? writer.paths() : [],
    tables: status === "complete" ? progress.tables : {},
    peakHostBytes: progress.peak,
    bytesCopied: progress.copied,
  };
}

interface Progress {
  units: number;
  peak: number;
  copied: number;
  readonly tables: Record<string, TableRow[]>;
}

async function runSchedule(
  well: string,
  schedule: readonly WorkUnit[],
  scope: WellScope,
  writer: ReturnType<typeof createImageWriter>,
  progress: Progress,
): Promise<void> {
  const { memory, plan } = scope;
  const ledger = createLedger(memory);
  const store = createMemoryBackend();
  const readers = countReaders(schedule);
  const images = new Map(scope.images.map((image) => [positionText(image), image]));
  const ahead = createReadAhead(
    schedule,
    (unit) => readUnit(well, unit, images, scope.plate, scope.signal),
    ledger,
  );
  const unitScope: UnitScope = {
    memory,
    ledger,
    functions: scope.functions,
    signal: scope.signal,
    well,
    onFallback: (step, message) => scope.onEvent({ type: "conversion-fallback", well, step, message }),
    countCopied: (bytes) => {
      progress.copied += bytes;
    },
  };
  const release = (unit: WorkUnit): void => {
    const left = (readers.get(unit) ?? 0) - 1;
    readers.set(unit, left);
    if (left > 0) return;
    ledger.drop(store.readValue(stackPath(unit)));
    store.remove(stackPath(unit));
  };
  try {
    for (const unit of schedule) {
      throwIfAborted(scope.signal);
      const input =
        unit.source === "plate"
          ? await ahead.take(unit)
          : await gatherSlices(unit, store, memory, ledger, unitScope.countCopied);
      for (const before of unit.reads) release(before);
      const needs = Object.fromEntries(
        [...unit.takes].map(([key, from]) => [key, store.readValue(artifactPath(from, key))]),
      );
      const result = await executeUnit(unit, input, needs, unitScope);
      store.writeValue(stackPath(unit), result.stack);
      keepArtifacts(unit, result.artifacts, well, plan, store, progress.tables);
      if (unit.output) await writer.write(unit, result.stack, ledger);
      if ((readers.get(unit) ?? 0) === 0) release(unit);
      progress.units++;
      progress.peak = Math.max(progress.peak, ledger.peakBytes);
      scope.onEvent({
        type: "unit-done",
        well,
        step: unit.step.name,
        done: progress.units,
        units: schedule.length,
      });
      await giveWay();
    }
  } finally {
    await ahead.close();
    await writer.settle();
    for await (const { path } of store.list("", { recursive: true })) {
      if (path.startsWith("stacks/")) ledger.drop(store.readValue(path));
    }
    ledger.close();
    progress.peak = Math.max(progress.peak, ledger.peakBytes);
    if (ledger.liveBytes !== 0) scope.onEvent({ type: "memory-leak", well, bytes: ledger.liveBytes });
  }
}

function countReaders(schedule: readonly WorkUnit[]): Map<WorkUnit, number> {
  const readers = new Map<WorkUnit, number>();
  for (const unit of schedule)
    for (const before of unit.reads) readers.set(before, (readers.get(before) ?? 0) + 1);
  return readers;
}

function keepArtifacts(
  unit: WorkUnit,
  artifacts: Readonly<Record<string, unknown>>,
  well: string,
  plan: Plan,
  store: ReturnType<typeof createMemoryBackend>,
  tables: Record<string, TableRow[]>,
): void {
  for (const artifact of unit.step.gives) {
    if (!Object.hasOwn(artifacts, artifact.key)) continue;
    const value = artifacts[artifact.key];
    store.writeValue(artifactPath(unit, artifact.key), value);
    if (!artifact.file) continue;
    const table = tables[artifact.key] ?? [];
    tables[artifact.key] = table;
    for (const row of rowsOf(plan, unit, well, artifact, value)) table.push(row);
  }
}
